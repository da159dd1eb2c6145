//! Emotes of Twitch and of the extensions that most of its viewers use, by how they are commonly meant.

use super::Line;

/// Turn what stands beside them into its opposite, or into a joke.
pub const IRONIC: &[&str] = &["Kappa", "Keepo", "KappaHD", "Kapp", "Kippa", "Clueless"];

#[rustfmt::skip]
pub const EMOTES: &[Line] = &[
    // Laughing.
    ([18, 0, 0, 0], "LUL LULW LuL LULE KEKW KEKL KEKLEO OMEGALUL OMEGALULiguess EleGiggle 4Head ICANT PepeLaugh pepeLaugh \
        PEPELAUGH xdd xddlaugh MEGALUL MEGALULW ZULUL LMAO ROFL pepeLMAO peepoGiggles peepoGiggle OMEGAROLL KEKWLAUGH \
        LaughHard LULULUL forsenLUL catKEK KEKHeim KEKVibe lulWut Lulw LULWUT HypeLUL HypeLol TeaTime HAHAHA Xddlaugh \
        KEKWtf OMEGAKEKW KEKG JUSTDOIT"),
    ([11, 4, 0, 0], "LaughingAtYou laughingAtYou PointAndLaugh KEKPOINT pepePoint YouGotHim OMEGAPOINT Jebaited Jebasted"),
    // Happy, loving, proud, cheering.
    ([20, 0, 0, 0], "FeelsGoodMan FeelsAmazingMan FeelsGreatMan HYPERS Hypers widepeepoHappy peepoHappy PepeHappy Happi \
        peepoCheer LETSGO LETSGOO LETSGOOO LETSGOOOO LETSFUCKINGGO PogDance HypeCheer HypeLove HypeHeart KomodoHype \
        TwitchConHYPE FBtouchdown peepoLove PeepoHeart pepoLove peepoHeart VirtualHug HYPERCLAP bleedPurple \
        PartyParrot PARTY catCheer Cheer HYPE Hype hypE TwitchLit GOAL GOLAZO LessGo LETSGOSKI peepoHug DinoDance"),
    ([15, 0, 0, 0], "SeemsGood Clap CLAP EZClap peepoClap PepeClap EZ EZY EZPZ GIGACHAD Gigachad Kreygasm gachiBASS \
        gachiGASM gachiHYPER BBoomer PraiseIt PartyTime PartyHat AngelThump PeoplesChamp PipeHype CurseLit GoatEmotey \
        HSCheers Cheers catJAM ratJAM vibePls Vibe VibeCat Jammies pepeJAM pepeJAMJAM PepePls pepeD AlienDance AlienPls \
        RareParrot blobDance SourPls catDance DANCE forsenPls TriDance Dance HandsUp COGGERS Wowers FeelsStrongMan \
        BASED Basedge bUrself HypePogg HypeYas HypeGG GG GGEZ WINNER WIN Winnable CLUTCH FIRE Pogtasty PogTasty \
        KappaPride TwitchUnity FeelsLoveMan Lovege BatChesting POGSLIDE donkJAM jamm crabPls peepoDJ WideVibe AYAYA \
        AYAYAY Poooound SUPERPOG COCKA GOATED docPls TakeNRG VoHiYo BloodTrail Yoo YEAHBUT YIPPEE YAAAY yay YAY GLORY"),
    ([9, 0, 0, 1], "HeyGuys KonCha GivePLZ CoolCat TPFufun FortOne TehePelo Comfi peepoComfy FeelsOkayMan Okayge okayge \
        Gladge OkayChamp CarlSmile DAESuppy DendiFace MingLee TriHard KappaClaus KappaRoss KappaWealth PrimeMe VaultBoy \
        TBAngel SmoocherZ PJSugar duDudu PermaSmug SoBayed TwitchSings SingsMic NomNom OhMyDog PunchTrees BegWan \
        PogBones YEP NODDERS VoteYea AYAYAWink peepoWave Wave Wavegers HeyHey FeelsTastyMan pepeBASS FBCatch FBRun \
        FBPass FBSpiral HolidayCookie PowerUpL PowerUpR PopCorn popCorn nymnCorn peepoPopcorn widePeepoHappyRightHeart \
        Drake YESIDOTHINKSO Evilge PETTHE PETPET catKISS pepeKiss FlowerPls peepoFlower BLELELE CorgiDerp"),
    // Excited: between joy and surprise.
    ([17, 0, 9, 0], "PogChamp Pog POG POGGERS Poggers poggers POGGIES PogU POGU PagChomp PagMan PogMan POGCRAZY POGGING \
        PogYou pogYou Pogey Poggies PogT PogChampion PogPog POGPLANT POGGERSsss WICKED OOOObang OOOOBANG OOOO OOOOO \
        FeelsWowMan Wowee WOWEE pogs POGGIESS PogOff POGSPIN PogChampPog peepoPog PepePog catPog WOO LETSPOG SUBprise \
        KAPOW OMEGAPOG VeryPog PauseChampPog HypeWow HypeEyes"),
    // Surprised, shocked.
    ([3, 1, 20, 0], "NOWAY NoWay noway AINTNOWAY AINNOWAY HOLY HOLYMOLY HOLYSHIT OMG OMEGAWOW SHOCKED Shocked ShockedPikachu \
        SurprisedPikachu SURPRISED GASP Gasp gasp peepoShock PepeShock DonkShock WHAT WHATT WHATTT WHAAT Wha WHA HUHH HUH \
        Huhh CatHUH huhh WOAH WOW Wow WAT Wut O_O MYHONESTREACTION uhWhat OHNO OMGScoots HypeShock HypeShocked \
        HypeSurprise WTFF DAMN ISTHISREAL WhatChamp AREYOUSERIOUS WaitWhat waitwhat WAITWHAT"),
    ([0, 3, 11, 3], "monkaS monkaW monkaX monkaGIGA monkaOMEGA monkaEyes monkaSHAKE monkaChrist monkaH monkaTOS Monkas MONKAS \
        panicBasket PANIC Panic PANICBASKET PauseChamp PauseMan Pausechamp PauseChampion peepoNervous NERVOUS Nervous \
        Scared peepoScared SCATTER TENSE WAYTOODANK RlyTho CrreamAwk hesRight NailBiting"),
    ([0, 9, 13, 0], "WutFace UWot YouWHY"),
    // Angry, disgusted, contemptuous.
    ([0, 22, 0, 0], "SwiftRage Madge MadgeClap peepoMad PepoMad PepeMad AngryPepe PepeRage REEE REEEE REEeee FeelsRageMan \
        DESKCHAN ReallyMad REALLYMAD ANGRE ANGERY Angy catMad RAGEY RAGE RageFace GachiRage OMEGAMAD PunOko FUCKOFF ANGRY \
        Angry madgeNow MADGE peepoRage Ragege HypeRage STFU NinjaGrumpy UltraMad Malding MALDING Maldge"),
    ([0, 16, 0, 0], "DansGame WeirdChamp weirdChamp Weirdge weirdge FeelsWeirdMan FeelsEvilMan NotLikeThis FailFish BabyRage \
        PJSalt DISGUSTING Disgusting Tssk tsk haHAA cringe CRINGE Cringe CringeChamp WorstPlay TRASH Trash TrashChamp \
        BOOO BOOOO BOO Boo boo DansChamp EWWW Ewww EWW PogO FacePalm Facepalm facepalm PepePalm ThumbsDown Dislike L_ \
        NOWAYING RIGGED Rigged SCAMMED SCAM ROBBED Smadge HORRIBLE WAYTOOBAD PepeSpit Despairge UGH SALT"),
    ([0, 8, 0, 2], "ResidentSleeper cmonBruh SMOrc BrokeBack TheThing NOPERS NOPE VoteNay Pepega pepega 3Head DonkBruh BRUH \
        Bruh bruh YouDontSay CoolStoryBob TooSpicy FBChallenge FBPenalty FBBlock MODS Suske SUSGE Susge susge TrollDespair \
        riPepperonis KEKBye BORING Boring Bored boredge Boredge GETMEOUT Binoculous PepeMeltdown HahaShrugMiddle Dentge \
        SKILLISSUE SkillIssue NPC"),
    // Sad.
    ([0, 9, 0, 2], "BibleThump FeelsBadMan PepeHands PEPEHANDS Sadge SADGE SadgeCry SadChamp peepoSad PepeSad PepeCry \
        FeelsCryMan FeelsRainMan peepoCry BLUBBERS BLUBBERSWTF sadKEK SADDIES Crying CRYING CRY PoroSad SadCat sadCat catCry \
        UltraSad DESPAIR Despair Sadding widepeepoSad peepoSadDank Sadeg HypeSad HypeCry NOOO NOOOO NOO NoNoNo F RIPBOZO"),
    // Said without a feeling of their own, or with irony.
    ([2, 1, 0, 11], "Kappa Keepo KappaHD Kapp Kippa MiniK FrankerZ OpieOP DatSheffy ANELE SSSsss TTours MrDestructoid TheIlluminati \
        DonoWall modCheck ModCheck Hmm HMM hmm hmmMeeting monkaHmm Thinkge PepeThink peepoThink THINK Stare STARE stare \
        Concerned Bedge bedge Sleepge NaM Joel Waiting waiting WAITING peepoSit Sitge Listening ImTyping Chatting chatting \
        NOTED Noted NOTES Prayge PRAYGE peepoPray Shrug shruge Shruge SHRUGERS Corpa Corpa2 DankG FeelsDankMan Dank \
        EntropyWins FutureMan GrammarKing StinkyGlitch BCWarrior copyThis pastaThat imGlitch TwitchRPG TwitchVotes \
        CopyPasta Binoculars Looking LookingAround peepoLeave peepoArrive docArrive docLeave Tomfoolery QUESTION \
        Tasty peepoTalk yapping YAPPING YapYap Nerdge Nerd NERD"),
    ([1, 5, 0, 8], "COPIUM Copium Copege COPEGE COPE Copege2 Aware Awareness Clueless Deadge deadge peepoGone"),
    ([6, 0, 2, 7], "5Head HOPIUM Hopium Hopege BIGBRAIN BigBrain Pogwarts GIGABRAIN BatChest Smart"),
];

/// Last parts of the names of channels' own emotes.
#[rustfmt::skip]
pub const SUFFIXES: &[Line] = &[
    ([18, 0, 0, 0], "LUL Lul LULW Laugh Lol LOL KEK Kek Kekw KEKW Haha HAHA Lmao LMAO Giggle"),
    ([18, 0, 0, 0], "Love LOVE Heart HEART Hug Hugs Hype HYPE Happy HAPPY Joy Yay YAY Cheer Party Dance Jam JAM Vibe Win WIN \
        GG Gg Clap CLAP Goat GOAT Fire Lit Nice EZ Ez Letsgo LETSGO Goal GOAL Proud Cute Blush L7 Comfy Kiss Cheers"),
    ([16, 0, 9, 0], "Pog POG Poggers POGGERS Pogs Pogchamp"),
    ([2, 0, 18, 0], "Wow WOW Wat WAT What WHAT Omg OMG Shock Gasp Huh HUH Wtf WTF Scared Panic Surprise Surprised"),
    ([0, 20, 0, 0], "Rage RAGE Mad MAD Angry ANGRY Hate Boo BOO Salt SALT Grr Fury"),
    ([0, 12, 0, 1], "Sad SAD Cry CRY Cringe Fail FAIL Trash Ew EW Facepalm Bad RIP Rip Sadge Tilt Weird Bruh Nope"),
    ([1, 0, 0, 10], "Hi HI Bye Lurk LURK Sit Think THINK Hmm Sip Sleep Kappa Comfi Wave Hey Hello Sub Prime"),
];
