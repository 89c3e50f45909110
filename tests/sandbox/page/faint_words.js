/** List the texts on the page whose contrast with what is behind them is below 4.5, with that contrast. */
() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below, share = 1) => below.map((part, at) => part + (top[at] - part) * (top[3] / 255) * share);
  const chain = (node) => (node ? [...chain(node.parentElement), node] : []);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (color) => {
    const [r, g, b] = color.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (node) => {
    const styles = chain(node).map((one) => getComputedStyle(one));
    const ground = styles.reduce((below, style) => over(rgba(style.backgroundColor), below), [255, 255, 255]);
    const share = styles.reduce((all, style) => all * style.opacity, 1);
    const ink = over(rgba(styles.at(-1).color), ground, share);
    const [high, low] = [light(ink), light(ground)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const seen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  return [...document.querySelectorAll("#app *, #modals *, #popovers *")].flatMap((node) => {
    const words = [...node.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data).join(" ").trim();
    if (!words || !seen(node) || node.closest("[inert], :disabled, .emoji, .avatar")) return [];
    const ratio = contrast(node);
    return ratio < 4.5 ? [`${ratio.toFixed(2)} ${node.className || node.tagName}: ${words.slice(0, 40)}`] : [];
  });
};
