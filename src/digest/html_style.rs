//! How the HTML looks: inline styles, which every mail reader obeys, and the sheet for dark mode, which some do.
//!
//! Each class of [`SHEET`] names the colour role of the inline style beside it; nothing is fetched from anywhere.

/// Dark colours for readers that ask for them; everything else is inline.
pub const SHEET: &str = "\
:root{color-scheme:light dark;supported-color-schemes:light dark}\
a:hover{text-decoration:underline!important}\
.rule:last-child{border-bottom:0!important}\
@media (prefers-color-scheme:dark){\
.page{background:#16171a!important}\
.ink{color:#e9e6e0!important}\
.soft{color:#b9b5ad!important}\
.dim{color:#928e87!important}\
.accent{color:#8fb8d8!important}\
.rule{border-color:#35363b!important}\
.bar{background:#8fb8d8!important}\
.old{color:#928e87!important}\
}\
@media (max-width:480px){.sheet{padding:16px 16px 24px!important}}";

pub const BODY: &str = "margin:0;padding:0;background:#fbfaf7;-webkit-text-size-adjust:100%";
pub const SHEET_BOX: &str = "max-width:640px;margin:0 auto;padding:22px 24px 32px;\
font:15px/1.45 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans',Helvetica,Arial,sans-serif;\
color:#22211f;overflow-wrap:break-word;word-break:break-word";
pub const MASTHEAD: &str = "margin:0 0 4px;font-size:13px;letter-spacing:.04em;color:#75716a";
pub const DAY: &str =
    "margin:0;font:400 25px/1.2 Georgia,'Noto Serif','Times New Roman',serif;color:#22211f;letter-spacing:-.01em";
pub const WINDOW: &str = "margin:4px 0 0;font-size:13px;color:#75716a";
pub const TOPIC: &str = "margin:20px 0 0;padding:10px 0 0;border-top:2px solid #22211f;\
font:700 19px/1.3 Georgia,'Noto Serif','Times New Roman',serif;color:#22211f";
pub const COUNTS: &str = "margin:2px 0 0;font-size:13px;color:#75716a";
pub const GROUP: &str = "margin:12px 0 0;font-size:12px;font-weight:600;letter-spacing:.09em;\
text-transform:uppercase;color:#2b5f86";
pub const LIST: &str = "margin:0;padding:0;list-style:none";
pub const STORY: &str = "margin:0;padding:8px 0 10px;border-bottom:1px solid #e6e2d9";
pub const RUNNING: &str = "margin:0;padding:5px 0;border-bottom:1px solid #e6e2d9;font-size:15px";
pub const HEADLINE: &str = "margin:0;font:700 17px/1.3 Georgia,'Noto Serif','Times New Roman',serif;color:#22211f";
pub const LINK: &str = "color:#22211f;text-decoration:none";
pub const SUMMARY: &str = "margin:3px 0 0;color:#45423d";
pub const META: &str = "margin:4px 0 0;font-size:13px;color:#75716a";
pub const FRESH: &str = "margin:8px 0 0;font-size:13px;color:#75716a";
pub const FRESH_LIST: &str = "margin:2px 0 0;padding:0 0 0 18px";
pub const FRESH_ITEM: &str = "margin:4px 0 0;padding:0;font-size:15px;line-height:1.4;color:#45423d";
pub const FRESH_LINK: &str = "color:#2b5f86;text-decoration:none";
pub const ORIGIN: &str = "font-size:13px;color:#75716a";
pub const CHANGE: &str = "margin:8px 0 0;font-size:14px;line-height:1.45;color:#45423d";
pub const OLD: &str = "color:#75716a;text-decoration:line-through";
pub const NEW: &str = "color:#22211f;text-decoration:none";
pub const CHART: &str = "margin:6px 0 0;border-collapse:collapse";
pub const CHART_CELL: &str = "padding:0 2px 0 0;vertical-align:bottom;line-height:1px;font-size:1px";
pub const BAR: &str = "display:block;width:9px;background:#2b5f86;border-radius:1px;";
pub const CHART_SUM: &str = "padding:0 0 0 8px;vertical-align:bottom;font-size:13px;line-height:1;color:#75716a";
pub const MORE: &str = "margin:14px 0 0;font-size:14px;color:#45423d";
pub const FOOT: &str =
    "margin:20px 0 0;padding:10px 0 0;border-top:1px solid #d9d4c9;font-size:13px;line-height:1.5;color:#75716a";
pub const FOOT_HEAD: &str = "margin:0;font-size:13px;font-weight:600;color:#75716a";
pub const FOOT_LIST: &str = "margin:4px 0 0;padding:0 0 0 18px";
