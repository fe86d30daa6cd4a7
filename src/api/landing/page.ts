const WAVES = '<path d="M2 8c5-5 9 5 14 0s9 5 14 0M2 16c5-5 9 5 14 0s9 5 14 0M2 24c5-5 9 5 14 0s9 5 14 0"/>'

/** The mark: three waves. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke="#0b6e8a" stroke-width="3" stroke-linecap="round">${WAVES}</svg>\n`

const mark = `<svg class="mark" viewBox="0 0 32 32" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" aria-hidden="true">${WAVES}</svg>`

/** The page without any data; landing.js fills it. */
export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Undercurrent</title>
<link rel="icon" href="/landing.svg" type="image/svg+xml">
<link rel="stylesheet" href="/landing.css">
<script src="/landing.js" type="module"></script>
</head>
<body>
<noscript><p class="note">This page needs JavaScript. Everything on it is also in the API: see <a href="/openapi.json">/openapi.json</a>.</p></noscript>

<main id="door" hidden>
<form id="sign-in" autocomplete="off">
<h1>${mark}Undercurrent</h1>
<p>What your users and models did, read by meaning.</p>
<label for="key">API key</label>
<input id="key" type="password" required autocomplete="off" spellcheck="false" placeholder="uc_…" aria-describedby="key-note">
<button>Sign in</button>
<p id="door-error" class="error" role="alert"></p>
<p id="key-note" class="note">The key stays in this tab. <code>undercurrent keys create --role analyst</code> makes one.</p>
</form>
</main>

<div id="house" hidden>
<header>
<a class="brand" href="/" aria-label="Undercurrent">${mark}<span>Undercurrent</span></a>
<div class="days" role="group" aria-label="Day of the digest">
<button id="earlier" type="button" aria-label="The day before">‹</button>
<input id="day" type="date" aria-label="Day" required>
<button id="later" type="button" aria-label="The day after">›</button>
</div>
<form id="search" role="search">
<input id="question" type="search" placeholder="all refusals" aria-label="Search by meaning" autocomplete="off">
<button>Search</button>
</form>
<button id="sign-out" class="quiet" type="button">Sign out</button>
</header>
<p id="error" class="error" role="alert"></p>
<iframe id="digest" title="Digest of the day" sandbox referrerpolicy="no-referrer"></iframe>
<section id="results" aria-live="polite" hidden>
<p class="bar"><button id="back" class="quiet" type="button">‹ Back to the digest</button></p>
<h2 id="results-title"></h2>
<p id="results-about" class="note"></p>
<ol id="items"></ol>
<button id="more" type="button" hidden>Show more</button>
</section>
</div>
</body>
</html>
`
