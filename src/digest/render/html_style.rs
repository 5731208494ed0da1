//! How the HTML looks: inline styles, which every mail reader obeys, and the sheet for dark mode, which some do.
//!
//! Each class of [`SHEET`] names the colour role of the inline style beside it; nothing is fetched from anywhere.

/// Dark colours for readers that ask for them; everything else is inline.
pub const SHEET: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
a:hover{text-decoration:underline!important}\
.topic+.rule,.topic+.soft+.rule{border-top:0!important}\
@media (prefers-color-scheme:dark){\
.page{background:#16171a!important}\
.ink{color:#e9e6e0!important}\
.soft{color:#b9b5ad!important}\
.dim{color:#928e87!important}\
.accent{color:#8fb8d8!important}\
.warm{color:#d9ab78!important}\
.rule{border-color:#35363b!important}\
.topic{border-color:#e9e6e0!important}\
.bar{background:#8fb8d8!important}\
}\
@media (max-width:480px){.sheet{padding:16px 16px 24px!important}}";

pub const BODY: &str = "margin:0;padding:0;background:#fbfaf7;-webkit-text-size-adjust:100%";
pub const SHEET_BOX: &str = "max-width:640px;margin:0 auto;padding:22px 24px 32px;\
font:15px/1.45 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif;\
color:#22211f;overflow-wrap:break-word;word-break:break-word";
pub const NEWS: &str =
    "margin:0;font:400 20px/1.35 Georgia,'Noto Serif','Times New Roman',serif;color:#22211f;letter-spacing:-.005em";
pub const DATELINE: &str = "margin:8px 0 0;font-size:13px;color:#75716a";
pub const OVERVIEW: &str = "margin:0;font-size:13px;color:#75716a";
pub const TOPIC: &str = "margin:22px 0 0;padding:10px 0 0;border-top:2px solid #22211f;\
font:700 20px/1.3 Georgia,'Noto Serif','Times New Roman',serif;color:#22211f";
pub const STORY: &str = "margin:0;padding:10px 0;border-top:1px solid #e6e2d9";
pub const HEADLINE: &str = "margin:0;font:700 17px/1.3 Georgia,'Noto Serif','Times New Roman',serif;color:#22211f";
pub const LABEL_NEW: &str = "font:600 11px/1.3 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans',Helvetica,\
Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#2b5f86";
pub const LABEL_DEVELOPING: &str = "font:600 11px/1.3 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans',\
Helvetica,Arial,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:#8a5716";
pub const LINK: &str = "color:#22211f;text-decoration:none";
pub const SUMMARY: &str = "margin:3px 0 0;color:#45423d";
pub const NOTE: &str = "margin:4px 0 0;font-size:13px;color:#75716a";
pub const NAME_LINK: &str = "color:#75716a;text-decoration:underline";
pub const FURTHER: &str = "margin:4px 0 0;font-size:15px;line-height:1.4;color:#45423d";
pub const FURTHER_LINK: &str = "color:#2b5f86;text-decoration:none";
pub const ORIGIN: &str = "font-size:13px;color:#75716a";
pub const OLD: &str = "text-decoration:line-through";
pub const NEW: &str = "color:#22211f;text-decoration:none";
pub const SENTENCE: &str = "margin:4px 0 0;color:#45423d";
pub const SENTENCE_LABEL: &str = "color:#75716a";
pub const REMOVED: &str = "color:#75716a;text-decoration:line-through";
pub const ADDED: &str = "color:#2b5f86;font-weight:600;text-decoration:underline";
pub const IN_BRIEF: &str = "margin:0;padding:10px 0 0;border-top:1px solid #e6e2d9;font-size:12px;font-weight:600;\
letter-spacing:.06em;text-transform:uppercase;color:#75716a";
pub const BRIEF: &str = "margin:6px 0 0;font-size:15px;line-height:1.4;color:#22211f";
pub const CHART: &str = "margin:6px 0 0;border-collapse:collapse";
pub const CHART_CELL: &str = "padding:0 2px 0 0;vertical-align:bottom;line-height:1px;font-size:1px";
pub const BAR: &str = "display:block;width:9px;background:#2b5f86;border-radius:1px;";
pub const CHART_SUM: &str = "padding:0 0 0 8px;vertical-align:bottom;font-size:13px;line-height:1;color:#75716a";
pub const MORE: &str = "margin:14px 0 0;font-size:14px;color:#45423d";
pub const FOOT: &str =
    "margin:22px 0 0;padding:10px 0 0;border-top:1px solid #d9d4c9;font-size:13px;line-height:1.5;color:#75716a";
pub const FOOT_HEAD: &str = "margin:0;font-size:13px;font-weight:600;color:#75716a";
pub const FOOT_LIST: &str = "margin:4px 0 8px;padding:0 0 0 18px";
