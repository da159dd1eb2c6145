//! The words of live chat: slang, cheers and curses in the languages that stadiums are full of.

use super::Line;

/// Turn around what follows them.
#[rustfmt::skip]
pub const NEGATIONS: &[Line] = &[
    ([0; 4], "not no never cannot cant dont doesnt didnt isnt wasnt arent werent wont wouldnt shouldnt couldnt aint hardly \
        barely neither nor without nobody nothing nunca não nao nem nicht kein keine keinen nie pas jamais ni sin нет не non mai \
        değil"),
];

#[rustfmt::skip]
pub const WORDS: &[Line] = &[
    // Laughing.
    ([16, 0, 0, 0], "lol lmao lmfao rofl lolo lool lul kek kekw lulw omegalul haha ahah haah hehe hihi lmaoo lmfaoo \
        xd xdd xdxd hilarious jaja jaj rsrs kkk huehue mdr ptdr jpp xaxa hhh ahha ахах хаха ржу лол ㅋㅋ ㅋㅋㅋ ㅋ ㅎㅎ ㅎㅎㅎ www 草 草草草 笑 哈哈 \
        哈哈哈 555 wkwk ههه funniest funny"),
    // Joy, plainly.
    ([17, 0, 0, 0], "love loved loving lovely awesome amazing beautiful brilliant fantastic excellent wonderful perfect magnificent superb \
        glorious delighted thrilled happy happiest proud congrats congratulations congratulation yay woohoo woo hooray hurray yippee \
        champions champion goat goated legend legendary masterclass letsgo letsgoo banger spectacular sublime phenomenal marvelous \
        majestic gorgeous adorable blessed ily thanks thank thankyou thx tysm ty grateful epic heroic hero bravo"),
    ([12, 0, 0, 0], "good great nice best win won wins winner winning gg ggs wp gj clutch lit based fire dope clean class classy smooth \
        glad cool sweet excited exciting fun enjoy enjoyed welldone neat yes yess yea yeah yeahh yeehaw cute favorite \
        favourite goals scored bless respect impressive solid elite nutty cracked hyped hype hypee pog pogg poggers pogchamp poggies \
        pogu superstar star genius talented worldie screamer golazo goal gooal touchdown td swish bucket buckets splash dunk \
        poster homer ace cheers cheer celebrate celebrating party finally deserved huge massive beast monster king \
        queen daddy wholesome comfy chad gigachad w dub dubs ez ezpz ezclap easy clap appreciate helpful happiness joy smile \
        smiling laugh laughing hug hugs heart hearts yum delicious peaceful relief relieved hopeful luckily"),
    ([7, 0, 0, 1], "better fine okay well hope lucky luck please kind cheering ready beautifully nicely decent fair support \
        agree true real enjoying safe strong fast skill skills skilled clever smart vibes vibe chill hello hi hey welcome nasty filthy sick"),
    // Surprise.
    ([1, 0, 20, 0], "wow woww omg omfg omgg omgosh whoa woah wooah whoaa woaah gasp unbelievable shocking shocked shock shooketh \
        astonishing astonished stunned speechless unreal mindblown surprising surprised surprise surprises unexpected unexpectedly \
        inconceivable unthinkable noway blimey crikey jeez geez gosh goodness plottwist jawdrop flabbergasted gobsmacked unforeseen"),
    ([1, 1, 13, 0], "holy incredible insane crazy wild ridiculous sudden suddenly omfgg nani \
        impossible miracle miraculous upset upsets bonkers absurd twist wth inexplicable comeback buzzer"),
    ([0, 1, 8, 1], "what whatt wat wut huh whut wait waitt seriously imagine"),
    // Rage.
    ([0, 20, 0, 0], "hate hated hates hating fuck fuckin fucking fucked fck fuk fking stfu disgusting disgrace disgraceful pathetic furious \
        angry rage raging mad robbed robbery rigged cheater cheaters cheating cheat cheated corrupt scam scammed scammer bullshit bs \
        bitch bastard asshole arsehole wanker cunt prick dickhead moron idiot idiots idiotic stupid dumb dumbass garbage trash rubbish shameful \
        shame outrageous infuriating worst awful terrible horrible horrendous atrocious appalling vile despicable clown clowns \
        fraud frauds bum bums useless worthless incompetent refball screwed enraged livid boo kys sickening abysmal"),
    ([0, 12, 0, 0], "bad worse lose losing loser losers lost choke choked choking choker bottled bottlers sucks suck sucked sucky ass shit \
        shite shitty crap crappy damn damnit dammit goddamn hell annoying annoyed annoys annoy irritating boring cringe cringy cringey toxic ugly gross \
        ew eww yuck wrong fail failed failing fails failure weak soft overrated washed mid l ls ratio salty tilted tilt \
        malding mald noob noobs n00b bot bots scrub trashcan dogshit dogwater diver diving dive dived flop flopped flopper blind wtf \
        blown blew var offside unfair unacceptable unwatchable painful embarrassing embarrassment lazy ruined \
        ruin ruining hateful jerk liar lies lying enough sack sacked smh ugh argh grr ffs nonsense delusional \
        ignorant racist insulting insult rude selfish greedy broken lag laggy laggs ads ad"),
    // Sorrow, fear and boredom: against what happens, but weakly.
    ([0, 8, 0, 1], "sad sadly sadge rip unlucky unfortunate unfortunately crying cry cried tears heartbroken heartbreaking devastated devastating \
        disappointed disappointing disappointment depressing depressed depression miserable tragic pain hurts hurt ouch oof bruh sigh noo \
        injured injury regret lonely tired exhausted sleepy bored zzz zz meh worried worry worrying scared scary nervous afraid fear \
        horror terrified missed miss misses whiff whiffed brick bricked airball turnover fumble fumbled interception"),
    // What is said without feeling.
    ([0, 0, 0, 8], "when where who which how anyone someone score time minute half quarter lineup lineups stream link mod mods chat drops \
        prime sub subs follow watching watch tv channel hours hour today tomorrow tonight yesterday schedule stats replay timeout \
        substitution formation corner kickoff possession price question info wiki source"),
    // Spanish and Portuguese.
    ([15, 0, 0, 0], "golaço golaco gol gool vamos vamoo vamo bora genial hermoso hermosa maravilloso maravilhoso grande crack \
        olé ole campeones campeão campeon campeón felicidades gracias obrigado obrigada lindo linda craque mito monstro amo \
        ótimo otimo excelente bueno buena buenísimo bien felicitaciones viva arriba dale"),
    ([0, 17, 0, 0], "mierda puta puto joder coño cabron cabrón pendejo pendejos ladrones ladrón ladron robo robaron asco vergüenza verguenza \
        malísimo malisimo basura merda porra caralho fdp lixo vergonha ladrão ladrao roubo burro burros idiota idiotas odio cagada \
        boludo pelotudo imbécil hijueputa gonorrea péssimo pessimo ruim horrível horrivel malo mala"),
    ([3, 0, 17, 0], "increíble increible incrível incrivel nossa caraca eita vixe madremía órale guau asombroso impresionante inesperado \
        sorpresa surpresa carajo caramba"),
    // French.
    ([15, 0, 0, 0], "magnifique génial superbe allez magnifico buut merci formidable merveilleux adore content heureux félicitations"),
    ([0, 17, 0, 0], "merde putain pute connard connards enculé enculés honte nul nulle nuls dégage voleur voleurs arnaque scandale \
        dégueulasse pourri salaud bordel déteste"),
    ([1, 0, 17, 0], "incroyable ouah waouh oulala ohlala stupéfiant inattendu surprenant hallucinant"),
    // German and Dutch.
    ([15, 0, 0, 0], "geil geill super toll klasse hammer wunderbar herrlich spitze tor toor jawohl jaa danke weltklasse sieg \
        geweldig prachtig lekker mooi doelpunt fantastisch glückwunsch liebe"),
    ([0, 17, 0, 0], "scheiße scheisse scheiss kacke arschloch wichser betrug schieber schande hurensohn müll mist verdammt \
        kut klootzak godverdomme schandalig waardeloos idioot peinlich hasse"),
    ([1, 0, 17, 0], "unglaublich krass wahnsinn unfassbar ongelooflijk überraschung überraschend verrückt jeetje"),
    // Italian.
    ([15, 0, 0, 0], "grandissimo bellissimo bellissima stupendo fantastico forza grandi rete evviva mitico fenomeno grazie bravissimo \
        eccezionale spettacolo spettacolare"),
    ([0, 17, 0, 0], "cazzo merdoso schifo stronzo stronzi vergogna ladri vaffanculo scandaloso ridicolo coglione coglioni porca"),
    ([1, 0, 17, 0], "incredibile pazzesco assurdo mammamia inaspettato"),
    // Turkish, Polish, Russian, Arabic.
    ([15, 0, 0, 0], "harika süper müthiş aslan helal tebrikler goll brawo pięknie cudownie świetnie kocham ура гол голл молодцы \
        молодец красава красавчик супер круто класс шикарно люблю спасибо رائع مبروك"),
    ([0, 17, 0, 0], "rezalet hırsız hırsızlar utanmaz kahretsin siktir kurwa chuj żenada wstyd złodzieje позор блять сука говно дно мусор \
        ужас ненавижу урод дебил عار"),
    ([1, 0, 17, 0], "inanılmaz vay şok niesamowite niewiarygodne szok ого офигеть невероятно вау охренеть"),
    // Japanese, Korean, Chinese.
    ([15, 0, 0, 0], "最高 ナイス ないす やった すばらしい 素晴らしい おめでとう かわいい 好き 大好き 嬉しい 神 うまい 최고 좋아 사랑해 축하 나이스 太棒了 厉害 牛 牛逼 加油 \
        恭喜 漂亮 精彩 赢了"),
    ([0, 17, 0, 0], "最悪 くそ クソ 死ね むかつく ふざけんな うざい 下手 시발 ㅅㅂ 씨발 쓰레기 최악 병신 짜증 垃圾 操 傻逼 滚 黑哨 恶心"),
    ([1, 0, 17, 0], "すごい すげえ すげー やばい ヤバい まじ マジ まじか びっくり 嘘 うそ えっ 대박 헐 미친 와 ㅁㅊ ㄷㄷ ㄷㄷㄷ 卧槽 我靠 天啊 真的吗 震惊 不会吧"),
];
