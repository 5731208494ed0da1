//! What walls in front of articles and pages beside them say: consent banners, checks and refusals, paywalls, pages that are
//! not there, logins, searches. In lower case, with straight apostrophes.

use std::sync::LazyLock;

use crate::extract::phrase_sets::PhraseSet;

/// Two of these make a consent banner.
#[rustfmt::skip]
pub static CONSENT: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "we value your privacy", "accept all cookies", "manage your consent", "consent preferences",
    "store and/or access information on a device", "store and access cookies", "our partners store",
    "we and our partners", "cookie settings", "accept cookies", "uses cookies", "use cookies", "reject all",
    "privacy preferences", "before you continue",
    // German
    "cookies akzeptieren", "wir verwenden cookies", "wir nutzen cookies", "einwilligung", "zustimmen",
    "alle akzeptieren", "und unsere partner", "datenschutz-einstellungen", "cookie-einstellungen", "alle ablehnen",
    // French
    "tout accepter", "nous utilisons des cookies", "utilisent des cookies", "et nos partenaires",
    "continuer sans accepter", "accepter et continuer", "gérer les cookies", "tout refuser",
    // Spanish, Portuguese, Italian
    "utilizamos cookies", "aceptar todo", "aceptar y continuar", "y nuestros socios", "configurar cookies",
    "usamos cookies", "aceitar todos", "aceitar e continuar", "e nossos parceiros", "e os nossos parceiros",
    "utilizziamo i cookie", "accetta tutti", "accetta e continua", "e i nostri partner", "rifiuta tutti",
    "rechazar todo", "rejeitar todos",
    // Dutch, Polish, Russian
    "wij gebruiken cookies", "we gebruiken cookies", "alles accepteren", "en onze partners", "cookies accepteren",
    "używamy plików cookie", "akceptuję", "zaufani partnerzy", "nasi partnerzy", "przejdź do serwisu",
    "используем файлы cookie", "использует файлы cookie", "принять все", "и наши партнеры", "и наши партнёры",
    "alles weigeren", "odrzuć wszystkie", "отклонить все", "наших партнеров", "наши партнеры", "наши партнёры",
    // Japanese, Chinese, Arabic
    "cookieを使用", "クッキーを使用", "すべて受け入れる", "すべて同意", "同意して続行", "使用cookie", "使用 cookie", "接受所有", "全部接受", "同意并继续",
    "我们的合作伙伴", "ملفات تعريف الارتباط", "قبول الكل", "وشركاؤنا", "cookieなど", "すべて拒否", "全部拒绝", "合作伙伴会", "رفض الكل",
]));
/// What such banners are about. Beside one of their own words it makes one where there is hardly any text.
#[rustfmt::skip]
pub static PRIVACY: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "your privacy", "on your device", "personal data", "ihre privatsphäre", "deine privatsphäre", "auf ihrem gerät",
    "auf einem gerät", "personenbezogene daten", "votre vie privée", "sur votre appareil", "sur un appareil",
    "sur un terminal", "sur votre terminal", "données personnelles", "données à caractère personnel", "tu privacidad",
    "su privacidad", "en tu dispositivo", "en su dispositivo", "en un dispositivo", "datos personales",
    "sua privacidade", "no seu dispositivo", "num dispositivo", "em um dispositivo", "dados pessoais",
    "la tua privacy", "la vostra privacy", "sul tuo dispositivo", "su un dispositivo", "dati personali", "uw privacy",
    "je privacy", "op uw apparaat", "op je apparaat", "op een apparaat", "persoonsgegevens", "twoją prywatność",
    "twoja prywatność", "na twoim urządzeniu", "na urządzeniu", "dane osobowe", "danych osobowych",
    "вашей конфиденциальности", "ваша конфиденциальность", "на вашем устройстве", "на устройстве",
    "персональные данные", "персональных данных", "お使いの端末", "デバイス上の情報", "個人データ", "個人情報の取り扱い", "您的隐私", "您的设备上", "在设备上",
    "个人数据", "خصوصيتك", "على جهازك", "على الجهاز", "البيانات الشخصية",
]));
/// One of these refuses the page or checks who asks for it.
#[rustfmt::skip]
pub static BLOCKED: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "enable javascript and cookies to continue", "checking your browser", "verify you are human",
    "verify that you are not a robot", "are you a robot", "unusual traffic", "access denied", "request blocked",
    "you have been blocked", "attention required", "please enable javascript", "please turn javascript on",
    "ddos protection", "security check", "captcha", "403 forbidden", "not available in your region",
    "unavailable in your country", "unavailable for legal reasons", "log in to continue", "sign in to continue",
    "please log in", "if you are human", "whether you are human", "ray id",
    // German, French
    "zugriff verweigert", "bitte aktivieren sie javascript", "sind sie ein roboter", "kein roboter sind",
    "accès refusé", "veuillez activer javascript", "êtes pas un robot", "que vous êtes humain", "ein mensch sind",
    // Spanish, Portuguese, Italian
    "acceso denegado", "habilita javascript", "habilite javascript", "no eres un robot", "que eres humano",
    "acesso negado", "ative o javascript", "que você é humano", "não é um robô", "accesso negato",
    "abilita javascript", "non sei un robot",
    // Dutch, Polish, Russian
    "toegang geweigerd", "schakel javascript in", "geen robot bent", "een mens bent", "jesteś człowiekiem",
    "вы человек", "odmowa dostępu", "włącz javascript", "nie jesteś robotem", "доступ запрещен", "доступ запрещён",
    "включите javascript", "вы не робот",
    // Japanese, Chinese, Arabic
    "アクセスが拒否", "javascriptを有効に", "ロボットではありません", "人間であることを", "是否是真人", "您是否为真人", "confirma que eres humano",
    "أنك إنسان", "访问被拒绝", "请启用javascript", "请启用 javascript", "您是真人", "请完成验证", "تم رفض الوصول", "لست روبوت",
]));
/// One of these keeps the rest of the article for those who pay.
#[rustfmt::skip]
pub static PAYWALL: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "subscribe to continue", "subscribe to read", "to continue reading", "already a subscriber",
    "this article is for subscribers", "subscribers only", "subscription required", "become a subscriber",
    "for subscribers only", "unlock this article", "register to read", "to read the full", "create a free account to",
    "you've reached your limit", "you have reached your limit", "join now to read",
    // German, French
    "jetzt weiterlesen", "nur für abonnenten", "exklusiv für abonnenten", "und weiterlesen", "mit abo weiterlesen",
    "réservé aux abonnés", "article réservé", "réservée aux abonnés", "pour lire la suite", "abonnez-vous pour lire",
    // Spanish, Portuguese, Italian
    "solo para suscriptores", "exclusivo para suscriptores", "para seguir leyendo", "exclusivo para assinantes",
    "conteúdo para assinantes", "para continuar lendo", "assine para ler", "riservato agli abbonati",
    "per continuare a leggere", "abbonati per leggere",
    // Dutch, Polish, Russian
    "alleen voor abonnees", "exclusief voor abonnees", "om verder te lezen", "dla prenumeratorów",
    "tylko dla subskrybentów", "aby czytać dalej", "только для подписчиков", "доступно по подписке",
    "чтобы читать дальше", "оформите подписку",
    // Japanese, Chinese, Arabic
    "有料会員限定", "会員限定記事", "会員限定です", "有料会員の", "続きを読むには", "この記事は有料", "订阅后阅读", "付费阅读", "订阅者专享", "订阅用户专享", "会员专享", "仅限订阅",
    "阅读全文请订阅", "成为会员继续阅读", "للمشتركين فقط", "لمتابعة القراءة",
]));
/// One of these says that there is no such page.
#[rustfmt::skip]
pub static MISSING: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "page not found", "404 not found", "page cannot be found", "page can't be found", "page could not be found",
    "page couldn't be found", "couldn't find that page", "couldn't find this page", "couldn't find the page",
    "can't find that page", "can't find the page", "page you were looking for", "page you are looking for",
    "page you're looking for", "page you requested", "page doesn't exist", "page does not exist",
    "page no longer exists", "nothing was found at this location",
    // German, French
    "seite nicht gefunden", "seite wurde nicht gefunden", "seite konnte nicht gefunden", "seite existiert nicht",
    "seite gibt es nicht", "seite ist nicht mehr verfügbar", "gesuchte seite", "angeforderte seite",
    "page introuvable", "page est introuvable", "page non trouvée", "page n'existe pas", "page n'existe plus",
    "page que vous cherchez", "page que vous recherchez", "page demandée", "page n'a pas été trouvée",
    // Spanish, Portuguese, Italian
    "página no encontrada", "página no existe", "no se encontró la página", "no se ha encontrado la página",
    "no encontramos la página", "no hemos encontrado la página", "página que buscas", "página que busca",
    "página que estás buscando", "página solicitada", "página não encontrada", "página não existe",
    "página não foi encontrada", "não encontramos a página", "página que procura", "página que você procura",
    "pagina non trovata", "pagina non esiste", "pagina non è stata trovata", "pagina che stai cercando",
    "pagina che cerchi", "pagina richiesta", "pagina cercata",
    // Dutch, Polish, Russian
    "pagina niet gevonden", "pagina is niet gevonden", "pagina kan niet worden gevonden",
    "pagina kon niet worden gevonden", "pagina bestaat niet", "pagina die je zoekt", "pagina die u zoekt",
    "opgevraagde pagina", "nie znaleziono strony", "strona nie została znaleziona", "strona nie istnieje",
    "nie ma takiej strony", "szukana strona", "strona, której szukasz", "strony, której szukasz",
    "страница не найдена", "страница не существует", "страницы не существует", "такой страницы нет",
    "запрашиваемая страница", "запрашиваемой страницы", "запрошенная страница", "страница, которую вы ищете",
    "страница удалена",
    // Japanese, Chinese, Arabic
    "ページが見つかりません", "ページは見つかりません", "ページは存在しません", "ページが存在しません", "ページは存在しないか", "お探しのページ", "页面不存在", "页面未找到", "找不到页面",
    "找不到该页面", "无法找到该页面", "您访问的页面", "您要查找的页面", "頁面不存在", "找不到頁面", "找不到網頁", "الصفحة غير موجودة",
    "لم يتم العثور على الصفحة", "الصفحة المطلوبة", "الصفحة التي تبحث عنها", "الصفحة التي طلبتها",
]));
/// A page called one of these asks who its reader is.
#[rustfmt::skip]
pub const LOGIN: &[&str] = &[
    "log in", "login", "sign in", "log in to your account", "sign in to your account", "log in or sign up",
    "sign in or register", "my account", "member login", "subscriber login", "anmelden", "anmeldung", "einloggen",
    "mein konto", "connexion", "se connecter", "connectez-vous", "s'identifier", "identifiez-vous", "mon compte",
    "iniciar sesión", "inicia sesión", "inicie sesión", "mi cuenta", "iniciar sessão", "fazer login", "entrar",
    "minha conta", "a minha conta", "accedi", "accesso", "il mio account", "inloggen", "aanmelden", "mijn account",
    "zaloguj się", "logowanie", "moje konto", "войти", "вход", "авторизация", "вход на сайт", "личный кабинет",
    "ログイン", "会員ログイン", "マイページ", "登录", "登錄", "登入", "用户登录", "会员登录", "تسجيل الدخول", "تسجيل دخول", "حسابي",
];
/// A page whose name holds one of these lists what was found.
#[rustfmt::skip]
pub static SEARCH: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::of(&[
    "search results", "results for", "you searched for", "suchergebnis", "suche nach", "ergebnisse für",
    "résultats de recherche", "résultats de la recherche", "résultats de votre recherche", "résultats pour",
    "resultados de la búsqueda", "resultados de búsqueda", "resultados para", "resultados de",
    "resultados da pesquisa", "resultados da busca", "resultado da busca", "risultati della ricerca",
    "risultati di ricerca", "risultati per", "zoekresultaten", "resultaten voor", "gezocht op", "wyniki wyszukiwania",
    "wyniki dla", "результаты поиска", "поиск по запросу", "検索結果", "搜索结果", "搜尋結果", "نتائج البحث", "نتيجة البحث",
]));
