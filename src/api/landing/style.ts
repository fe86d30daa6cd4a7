/** Style of the landing page; the colours are those of the digest. */
export const style = `:root {
  color-scheme: light dark;
  --page: #edf2f4; --card: #fff; --ink: #10222e; --soft: #556772; --line: #d3dee4; --deep: #0b6e8a; --on-deep: #fff; --bad: #a8201a;
  font: 15px/1.5 -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #0b1318; --card: #121d25; --ink: #e4edf2; --soft: #9db0bb; --line: #2a3c47; --deep: #6ccbe4; --on-deep: #07222b; --bad: #ff9a8f; }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--page); color: var(--ink); }
h1, h2, p, ol { margin: 0; padding: 0; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .92em; }
.note { color: var(--soft); font-size: 13px; }
.error { color: var(--bad); font-size: 14px; }
.error:empty { display: none; }
.mark { width: 1.15em; height: 1.15em; color: var(--deep); flex: none; }

input, button { font: inherit; color: inherit; border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; background: var(--card); min-width: 0; }
button { background: var(--deep); border-color: var(--deep); color: var(--on-deep); font-weight: 600; cursor: pointer; }
button:hover { filter: brightness(1.08); }
button:disabled { opacity: .45; cursor: default; filter: none; }
button.quiet { background: none; border-color: transparent; color: var(--soft); font-weight: 400; padding: 8px 6px; }
button.quiet:hover { color: var(--ink); }
:focus-visible { outline: 2px solid var(--deep); outline-offset: 2px; }

#door { min-height: 100vh; min-height: 100dvh; display: grid; place-items: center; padding: 24px 16px 12vh; }
#sign-in { width: 100%; max-width: 380px; display: grid; gap: 12px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 32px; }
#sign-in h1 { display: flex; align-items: center; gap: 10px; font-size: 24px; line-height: 1.2; letter-spacing: -.3px; }
#sign-in h1 + p { color: var(--soft); margin-bottom: 10px; }
#sign-in label { font-weight: 600; margin-bottom: -6px; }
#sign-in .note { border-top: 1px solid var(--line); padding-top: 14px; margin-top: 4px; overflow-wrap: anywhere; }

#house { height: 100vh; height: 100dvh; display: flex; flex-direction: column; }
header { display: flex; align-items: center; gap: 10px 20px; padding: 10px 20px; background: var(--card); border-bottom: 1px solid var(--line); }
.brand { display: flex; align-items: center; gap: 9px; color: inherit; text-decoration: none; font-weight: 700; font-size: 17px; letter-spacing: -.2px; }
.days { display: flex; gap: 4px; }
.days button { background: none; border-color: var(--line); color: var(--ink); width: 36px; padding: 8px 0; }
#search { display: flex; gap: 8px; flex: 1; max-width: 560px; margin-left: auto; }
#search input { flex: 1; }
#error { padding: 10px 20px; }
#digest { flex: 1; width: 100%; border: 0; background: var(--page); }

#results { flex: 1; overflow-y: auto; padding: 14px 20px 48px; }
#results > * { max-width: 860px; margin-left: auto; margin-right: auto; }
#results .bar { margin-bottom: 6px; }
#results .bar button { padding-left: 0; }
#results h2 { font-size: 22px; line-height: 1.3; letter-spacing: -.3px; overflow-wrap: anywhere; }
#results-about { margin-top: 4px; margin-bottom: 16px; }
#items { list-style: none; display: grid; gap: 10px; }
#items li { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 18px; }
#items .facts { display: flex; flex-wrap: wrap; gap: 2px 14px; color: var(--soft); font-size: 13px; }
#items .facts span { max-width: 28ch; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
#items .facts b { color: var(--deep); font-variant-numeric: tabular-nums; }
#items .said { margin-top: 6px; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 9em; overflow: auto; unicode-bidi: isolate; }
#items .said + .said { border-left: 3px solid var(--line); padding-left: 12px; }
#more { display: block; margin-top: 16px; }

@media (max-width: 760px) {
  header { flex-wrap: wrap; padding: 10px 14px; }
  #sign-out { order: 1; margin-left: auto; }
  .days { order: 2; flex: 1 1 100%; }
  .days input { flex: 1; }
  #search { order: 3; flex: 1 1 100%; max-width: none; }
  #results { padding: 12px 14px 40px; }
}
`
