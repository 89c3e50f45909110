/** Slack's names for the common emoji, in the picker's order: "name glyph name glyph …" for each group. */

/** The reactions this workspace uses most, first in the picker. */
export const LIKELY = ["bulb", "bug", "heavy_plus_sign", "eyes", "no_entry_sign", "+1", "tada"];

export const GROUPS = {
  "Smileys": `grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 rolling_on_the_floor_laughing 🤣 joy 😂
    slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩
    kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪 hugging_face 🤗 thinking_face 🤔 face_with_raised_eyebrow 🤨
    neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌
    pensive 😔 sleepy 😪 sleeping 😴 mask 😷 nerd_face 🤓 sunglasses 😎 partying_face 🥳 confused 😕 worried 😟
    slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 pleading_face 🥺 cry 😢 sob 😭 scream 😱
    disappointed 😞 sweat 😓 weary 😩 tired_face 😫 triumph 😤 rage 😡 angry 😠 exploding_head 🤯 cold_sweat 😰
    melting_face 🫠 saluting_face 🫡 skull 💀 ghost 👻 robot_face 🤖 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊`,
  "People": `+1 👍 -1 👎 ok_hand 👌 v ✌️ crossed_fingers 🤞 wave 👋 raised_hand ✋ raised_hands 🙌 clap 👏 pray 🙏
    handshake 🤝 muscle 💪 point_up ☝️ point_up_2 👆 point_down 👇 point_left 👈 point_right 👉 fist ✊ facepunch 👊
    writing_hand ✍️ eyes 👀 brain 🧠 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙
    purple_heart 💜 black_heart 🖤 broken_heart 💔 sparkling_heart 💖 shrug 🤷 facepalm 🤦 person_raising_hand 🙋
    bow 🙇 runner 🏃 dancer 💃 technologist 🧑‍💻 detective 🕵️ busts_in_silhouette 👥 bust_in_silhouette 👤
    speech_balloon 💬 thought_balloon 💭 zzz 💤`,
  "Work": `bulb 💡 bug 🐛 heavy_plus_sign ➕ heavy_minus_sign ➖ no_entry_sign 🚫 no_entry ⛔ inbox_tray 📥 outbox_tray 📤
    repeat 🔁 rocket 🚀 warning ⚠️ white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌
    negative_squared_cross_mark ❎ question ❓ grey_question ❔ exclamation ❗ grey_exclamation ❕ bangbang ‼️
    memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋 pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗 bookmark 🔖 label 🏷️
    calendar 📆 date 📅 spiral_calendar_pad 🗓️ alarm_clock ⏰ hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️
    bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 moneybag 💰 dollar 💵 credit_card 💳
    receipt 🧾 briefcase 💼 package 📦 email 📧 envelope ✉️ incoming_envelope 📨 e-mail 📧 bell 🔔 no_bell 🔕 mega 📣
    loudspeaker 📢 telephone_receiver 📞 iphone 📱 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ floppy_disk 💾
    file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ books 📚 book 📖 newspaper 📰 page_facing_up 📄 mag 🔍
    mag_right 🔎 lock 🔒 unlock 🔓 key 🔑 old_key 🗝️ shield 🛡️ hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩
    balance_scale ⚖️ dart 🎯 compass 🧭 world_map 🗺️ checkered_flag 🏁 triangular_flag_on_post 🚩 traffic_light 🚥
    construction 🚧 rotating_light 🚨 sos 🆘 new 🆕 up 🆙 ok 🆗 cool 🆒 free 🆓 information_source ℹ️ wastebasket 🗑️
    electric_plug 🔌 battery 🔋 bricks 🧱 jigsaw 🧩 test_tube 🧪 microscope 🔬 telescope 🔭 satellite_antenna 📡
    ticket 🎫 scroll 📜 ledger 📒 abacus 🧮 safety_pin 🧷 magnet 🧲 toolbox 🧰 thread 🧵 broom 🧹`,
  "Symbols": `100 💯 tada 🎉 confetti_ball 🎊 sparkles ✨ star ⭐ star2 🌟 dizzy 💫 fire 🔥 boom 💥 zap ⚡ trophy 🏆 medal 🏅
    first_place_medal 🥇 gift 🎁 balloon 🎈 crown 👑 gem 💎 bomb 💣 hole 🕳️ sun_with_face 🌞 crystal_ball 🔮
    red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵
    large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨
    large_green_square 🟩 large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹
    small_orange_diamond 🔸 large_blue_diamond 🔷 large_orange_diamond 🔶 small_red_triangle 🔺 small_red_triangle_down 🔻
    arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ arrow_up_down ↕️
    left_right_arrow ↔️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrows_counterclockwise 🔄 arrow_forward ▶️
    arrow_backward ◀️ fast_forward ⏩ rewind ⏪ double_vertical_bar ⏸️ black_square_for_stop ⏹️ record_button ⏺️
    twisted_rightwards_arrows 🔀 infinity ♾️ recycle ♻️ copyright ©️ registered ®️ tm ™️ hash #️⃣ one 1️⃣ two 2️⃣ three 3️⃣
    four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 a 🅰️ b 🅱️ white_small_square ▫️`,
  "Nature and food": `sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ snowflake ❄️ rainbow 🌈 umbrella ☔
    ocean 🌊 droplet 💧 moon 🌔 crescent_moon 🌙 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 seedling 🌱 herb 🌿
    four_leaf_clover 🍀 deciduous_tree 🌳 evergreen_tree 🌲 palm_tree 🌴 cactus 🌵 maple_leaf 🍁 fallen_leaf 🍂 cherry_blossom 🌸
    rose 🌹 sunflower 🌻 tulip 🌷 mushroom 🍄 ant 🐜 bee 🐝 ladybug 🐞 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 dragon 🐉
    cat 🐱 dog 🐶 fox_face 🦊 bear 🐻 panda_face 🐼 koala 🐨 tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 monkey_face 🐵 unicorn_face 🦄
    rabbit 🐰 mouse 🐭 hamster 🐹 penguin 🐧 bird 🐦 hatching_chick 🐣 owl 🦉 duck 🦆 fish 🐟 octopus 🐙 whale 🐳 dolphin 🐬
    elephant 🐘 sloth 🦥 apple 🍎 banana 🍌 lemon 🍋 grapes 🍇 strawberry 🍓 avocado 🥑 tomato 🍅 carrot 🥕 bread 🍞 cheese_wedge 🧀
    pizza 🍕 hamburger 🍔 fries 🍟 taco 🌮 sushi 🍣 ramen 🍜 cookie 🍪 cake 🍰 birthday 🎂 doughnut 🍩 chocolate_bar 🍫 popcorn 🍿
    coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 clinking_glasses 🥂 salt 🧂`,
  "Places and things": `house 🏠 office 🏢 hospital 🏥 bank 🏦 factory 🏭 school 🏫 stadium 🏟️ airplane ✈️ car 🚗 taxi 🚕 bus 🚌 train 🚋
    bullettrain_side 🚄 ship 🚢 boat ⛵ anchor ⚓ bike 🚲 scooter 🛴 ambulance 🚑 fire_engine 🚒 truck 🚚 tractor 🚜 helicopter 🚁
    flying_saucer 🛸 tent ⛺ beach_with_umbrella 🏖️ mountain ⛰️ sunrise 🌅 city_sunset 🌆 bridge_at_night 🌉 art 🎨
    musical_note 🎵 headphones 🎧 microphone 🎤 guitar 🎸 movie_camera 🎥 camera 📷 tv 📺 video_game 🎮 game_die 🎲 chess_pawn ♟️
    soccer ⚽ basketball 🏀 tennis 🎾 golf ⛳ ski 🎿 bed 🛏️ couch_and_lamp 🛋️ door 🚪 shower 🚿 eyeglasses 👓 necktie 👔 shirt 👕
    jeans 👖 hat 👒 tophat 🎩 mortar_board 🎓 pill 💊 syringe 💉 adhesive_bandage 🩹 stethoscope 🩺`,
};
