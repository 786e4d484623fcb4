import { type Colour, dark, light, PALETTE } from './palette.ts';

const COLOURS = Object.keys(PALETTE) as Colour[];
const variables = (shade: (colour: Colour) => string) => COLOURS.map((name) => `--${name}:${shade(name)}`).join(';');

/** In a drawing colours are attributes, which a rule of the style sheet outdoes. */
const darkDrawings = COLOURS.map(
  (name) => `svg [fill="${light(name)}"]{fill:${dark(name)}}svg [stroke="${light(name)}"]{stroke:${dark(name)}}`,
).join('');

/** Fonts that the machines of readers have: those of Apple, Windows, Android and Linux, Latin and Chinese. */
const FONTS =
  '-apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC","WenQuanYi Micro Hei",sans-serif';

/**
 * The style of the page: light first, for clients that know no more; dark where the screen asks for it; black on white and with
 * everything unfolded on paper.
 */
export const STYLE = `
:root{color-scheme:light dark;${variables(light)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(dark)}}${darkDrawings}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 ${FONTS}}
main,header,footer{max-width:940px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
.brand{margin:0 0 6px;color:var(--muted);font-size:13px}
h1{margin:0;font-size:28px;line-height:1.25;letter-spacing:-.01em}
.when{margin:6px 0 0;font-size:15px}
.facts{margin:10px 0 0;color:var(--muted);font-size:13px}
.facts span{display:inline-block;margin-right:18px}
.badge{display:inline-block;margin:0 0 8px;padding:2px 10px;border-radius:10px;background:var(--paleWarning);color:var(--warning);font-size:13px;font-weight:600}
main>section{margin:20px 0;padding:22px 24px;background:var(--card);border:1px solid var(--line);border-radius:8px}
h2{margin:0 0 14px;font-size:20px;line-height:1.3}
h3{margin:26px 0 8px;font-size:16px;line-height:1.35}
h2+h3{margin-top:0}
.size{margin-left:10px;color:var(--muted);font-size:13px;font-weight:400}
p{margin:0 0 10px}
.lead{font-size:16px}
.note,caption,.sub{color:var(--muted);font-size:13px}
.note{margin:8px 0 0}
.warn{margin:0 0 10px;padding:10px 14px;border-left:4px solid var(--warning);background:var(--paleWarning);color:var(--ink)}
.figures{width:100%;border-collapse:separate;border-spacing:0;table-layout:fixed;margin:0 0 16px}
.figures td{vertical-align:top;padding:2px 16px;border-left:1px solid var(--line);text-align:left;white-space:normal}
.figures td:first-child{padding-left:0;border-left:0}
.caption{display:block;max-width:calc(100vw - 56px)}
.figure-name{display:block;color:var(--muted);font-size:13px}
.figure{display:block;margin:2px 0;font-size:23px;font-weight:650;line-height:1.25;letter-spacing:-.01em;font-variant-numeric:tabular-nums}
.figure.key{color:var(--accent)}
.pence{font-size:.68em;font-weight:500;color:var(--muted);letter-spacing:0}
.figure-note{display:block;color:var(--muted);font-size:13px;line-height:1.4}
table.data{width:100%;border-collapse:collapse;font-size:14px}
.data caption{padding:0 0 6px;text-align:left}
.data th,.data td{padding:7px 8px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
.data th:first-child,.data td:first-child{padding-left:0}
.data th:last-child,.data td:last-child{padding-right:0}
.data thead th{color:var(--muted);font-size:12.5px;font-weight:600;vertical-align:bottom;border-bottom-color:var(--muted)}
.data tbody th{font-weight:500}.scroll>.data:not(.records) th:first-child{min-width:6.5em}
.data .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.data .total th,.data .total td{border-top:1px solid var(--muted);font-weight:650}
.data .sub{font-weight:400}.whole{white-space:nowrap}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.records th:first-child{width:56%}.records td.n{width:19%}.records td:not(.n){width:25%}
.data tr.behind>td{padding:0}.data tr.behind details{margin:0 0 5px}
.data tr.opened th,.data tr.opened td{border-bottom:0;padding-bottom:1px}
.sub{display:block;line-height:1.45}
.title{font-weight:600;overflow-wrap:anywhere}
.id{font-size:12px;overflow-wrap:anywhere}
.up{color:var(--up)}.down{color:var(--down)}
.scroll{overflow-x:auto;-webkit-overflow-scrolling:touch}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details{margin:6px 0 10px}
summary{cursor:pointer;color:var(--accent);font-size:13.5px;padding:3px 0}
details .data{margin:4px 0 8px;font-size:13.5px}
.inner{padding:2px 14px 4px;background:var(--tint);border-radius:6px}
.chart{margin:4px 0 12px}
.chart svg{display:block;width:100%;height:auto;max-width:790px}
.narrow{display:none}
.narrow svg{max-width:420px}
.legend{margin:0 0 6px;padding:0;list-style:none;font-size:13px}
.legend li{display:inline-block;margin-right:18px}
.swatch{display:inline-block;width:12px;height:12px;margin-right:6px;border-radius:2px;vertical-align:-1px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
${COLOURS.map((name) => `.swatch.${name}{background:var(--${name})}`).join('')}
dl{margin:0;font-size:14px}
dt{font-weight:600;margin-top:8px}
dd{margin:0;color:var(--muted)}
footer{padding-bottom:32px;color:var(--muted);font-size:13px}
@media (max-width:640px){
main,header,footer{padding-left:12px;padding-right:12px}
main>section{padding:16px 14px;margin:12px 0}
h1{font-size:23px}h2{font-size:18px}
.wide{display:none}.narrow{display:block}
.figures,.figures tbody{display:block}.figures tr{display:flex;flex-wrap:wrap}
.figures td{flex:0 0 50%;padding:0 8px 14px 0;border:0}
.figure{font-size:19px}
.scroll table.data{font-size:13px}.data thead .n{white-space:normal}
.data th,.data td{padding:6px}.records th:first-child{width:48%}.records td:not(.n){width:27%}.inner{padding:2px 6px}.inner table.data{font-size:12px}
}
@media (max-width:340px){
.scroll table.data{font-size:12px}.data th,.data td{padding:6px 4px}
.records td:not(.n){overflow-wrap:anywhere}
}
@page{size:A4;margin:15mm 13mm 16mm;@bottom-right{content:counter(page) " / " counter(pages);font:9pt sans-serif;color:#51606e}}
@media print{
body{background:#fff;font-size:10pt;line-height:1.4}
main,header,footer{max-width:none;padding:0}
main>section{margin:0 0 12pt;padding:0;border:0;border-radius:0;background:none}
h1{font-size:20pt}h2{font-size:14pt;padding-top:8pt;border-top:1.5pt solid var(--accent)}h3{font-size:11pt}
h2,h3,caption,.legend{break-after:avoid}
.wide{display:block}.narrow{display:none}
.chart,tr,.figures,dt,.warn{break-inside:avoid}
thead{display:table-header-group}
thead,thead tr{break-after:avoid}tbody tr:first-child{break-before:avoid}
table.data,details .data{font-size:8.5pt}
.data th,.data td{padding:3pt 4pt}
.sub,.note,caption,.size,.figure-name,.figure-note,.legend,.facts,.brand{font-size:8pt}.id{font-size:7pt}
header{padding-bottom:8pt}
.figure{font-size:15pt}
.scroll{overflow:visible}
.scroll table.data{table-layout:auto}
.scroll .n{white-space:normal}
details::details-content{content-visibility:visible;height:auto}
summary{list-style:none}
}
`;
