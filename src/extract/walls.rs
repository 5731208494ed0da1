//! What walls in front of articles say: consent banners, checks and refusals, paywalls. In lower case.

/// Two of these make a consent banner.
#[rustfmt::skip]
pub const CONSENT: &[&str] = &[
    "we value your privacy", "accept all cookies", "manage your consent", "consent preferences",
    "store and/or access information on a device", "store and access cookies", "our partners store",
    "we and our partners", "cookie settings", "accept cookies", "uses cookies", "use cookies", "reject all",
    "privacy preferences", "before you continue",
    // German
    "cookies akzeptieren", "wir verwenden cookies", "wir nutzen cookies", "einwilligung", "zustimmen",
    "alle akzeptieren", "und unsere partner", "datenschutz-einstellungen", "cookie-einstellungen",
    // French
    "tout accepter", "nous utilisons des cookies", "utilisent des cookies", "et nos partenaires",
    "continuer sans accepter", "accepter et continuer", "gérer les cookies",
    // Spanish, Portuguese, Italian
    "utilizamos cookies", "aceptar todo", "aceptar y continuar", "y nuestros socios", "configurar cookies",
    "usamos cookies", "aceitar todos", "aceitar e continuar", "e nossos parceiros", "e os nossos parceiros",
    "utilizziamo i cookie", "accetta tutti", "accetta e continua", "e i nostri partner", "rifiuta tutti",
    // Dutch, Polish, Russian
    "wij gebruiken cookies", "we gebruiken cookies", "alles accepteren", "en onze partners", "cookies accepteren",
    "używamy plików cookie", "akceptuję", "zaufani partnerzy", "nasi partnerzy", "przejdź do serwisu",
    "используем файлы cookie", "использует файлы cookie", "принять все", "и наши партнеры", "и наши партнёры",
    // Japanese, Chinese, Arabic
    "cookieを使用", "クッキーを使用", "すべて受け入れる", "すべて同意", "同意して続行", "使用cookie", "使用 cookie",
    "接受所有", "全部接受", "同意并继续", "我们的合作伙伴", "ملفات تعريف الارتباط", "قبول الكل", "وشركاؤنا",
];
/// One of these refuses the page or checks who asks for it.
#[rustfmt::skip]
pub const BLOCKED: &[&str] = &[
    "enable javascript and cookies to continue", "checking your browser", "verify you are human",
    "verify that you are not a robot", "are you a robot", "unusual traffic", "access denied", "request blocked",
    "you have been blocked", "attention required", "please enable javascript", "please turn javascript on",
    "ddos protection", "security check", "captcha", "403 forbidden", "not available in your region",
    "unavailable in your country", "unavailable for legal reasons", "404 not found", "page not found",
    "log in to continue", "sign in to continue", "please log in",
    // German, French
    "zugriff verweigert", "bitte aktivieren sie javascript", "sind sie ein roboter", "kein roboter sind",
    "seite nicht gefunden", "accès refusé", "veuillez activer javascript", "êtes pas un robot", "page introuvable",
    "que vous êtes humain",
    // Spanish, Portuguese, Italian
    "acceso denegado", "habilita javascript", "habilite javascript", "no eres un robot", "que eres humano",
    "página no encontrada", "acesso negado", "ative o javascript", "que você é humano", "não é um robô",
    "página não encontrada", "accesso negato", "abilita javascript", "non sei un robot", "pagina non trovata",
    // Dutch, Polish, Russian
    "toegang geweigerd", "schakel javascript in", "geen robot bent", "pagina niet gevonden", "odmowa dostępu",
    "włącz javascript", "nie jesteś robotem", "strona nie została znaleziona", "доступ запрещен", "доступ запрещён",
    "включите javascript", "вы не робот", "страница не найдена",
    // Japanese, Chinese, Arabic
    "アクセスが拒否", "javascriptを有効に", "ロボットではありません", "ページが見つかりません", "访问被拒绝",
    "请启用javascript", "请启用 javascript", "您是真人", "请完成验证", "页面不存在", "تم رفض الوصول", "لست روبوت",
    "الصفحة غير موجودة",
];
/// One of these keeps the rest of the article for those who pay.
#[rustfmt::skip]
pub const PAYWALL: &[&str] = &[
    "subscribe to continue", "subscribe to read", "to continue reading", "already a subscriber",
    "this article is for subscribers", "subscribers only", "subscription required", "become a subscriber",
    "for subscribers only", "unlock this article", "register to read", "to read the full",
    "create a free account to", "you've reached your limit", "you have reached your limit", "join now to read",
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
    "有料会員限定", "会員限定記事", "続きを読むには", "この記事は有料", "订阅后阅读", "付费阅读", "阅读全文请订阅",
    "成为会员继续阅读", "للمشتركين فقط", "لمتابعة القراءة",
];
