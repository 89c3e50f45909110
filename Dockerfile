# Linchpin with PostgreSQL support, as an unprivileged user. Everything it keeps is in /data.
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements requirements
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt -r requirements/server.txt
COPY pyproject.toml LICENSE README.md ./
COPY bot bot
COPY handlers handlers
COPY prompts prompts
COPY storage storage
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# The model's client trusts the system's certificates.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home linchpin \
    && install -d -o linchpin /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 LINCHPIN_DATA_DIR=/data LINCHPIN_HOST=0.0.0.0 LINCHPIN_LOG=json
USER linchpin
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --start-period=30s CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:3000/healthz')"]
ENTRYPOINT ["linchpin"]
CMD ["run"]
