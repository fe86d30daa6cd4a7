/**
 * What the landing page does. The key lives in the tab's session storage and leaves it in the Authorization header
 * alone. Whatever came out of a log is set as text, never as markup; the digest is shown in a frame without rights.
 */
export const script = String.raw`const KEY = 'undercurrent.key'
const $ = (id) => document.getElementById(id)
let days = []
let asked = 0

class Refused extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

async function get(path, params = {}) {
  const query = new URLSearchParams(params).toString()
  let answer
  try {
    answer = await fetch(path + (query && '?' + query), {
      headers: { authorization: 'Bearer ' + sessionStorage.getItem(KEY) },
      cache: 'no-store',
      credentials: 'omit',
    })
  } catch {
    throw new Refused(0, 'The service does not answer.')
  }
  if (answer.ok) return answer
  const problem = await answer.json().catch(() => ({}))
  throw new Refused(answer.status, problem.detail || problem.title || 'The service answered ' + answer.status + '.')
}

function show(id) {
  $('door').hidden = id !== 'door'
  $('house').hidden = id !== 'house'
}

function leave(message = '') {
  sessionStorage.removeItem(KEY)
  asked++
  $('digest').srcdoc = ''
  $('items').replaceChildren()
  $('key').value = ''
  $('door-error').textContent = message
  show('door')
  $('key').focus()
}

function failed(error) {
  if (error.status === 401) return leave('This key is not known here, or it has ended.')
  $('error').textContent = error.message
}

async function enter() {
  const answer = await get('/v1/digests', { limit: 100 })
  days = (await answer.json()).items.map((item) => item.date).sort()
  show('house')
  // by the clock of the service
  const today = new Date(answer.headers.get('date')).toISOString().slice(0, 10)
  $('day').max = today
  await open(days.at(-1) || today)
}

async function open(date) {
  const turn = ++asked
  $('error').textContent = ''
  $('results').hidden = true
  $('digest').hidden = false
  $('day').value = date
  $('earlier').disabled = neighbour(-1) === undefined
  $('later').disabled = neighbour(1) === undefined
  try {
    const page = await (await get('/v1/digests/' + encodeURIComponent(date), { format: 'html' })).text()
    if (turn === asked) $('digest').srcdoc = page
  } catch (error) {
    if (turn !== asked) return
    $('digest').srcdoc = ''
    failed(error)
  }
}

function neighbour(step) {
  const date = $('day').value
  return step < 0 ? days.findLast((day) => day < date) : days.find((day) => day > date)
}

// What steers, hides or turns text shows as a mark; line breaks, tabs and the joiners of scripts and emoji stay.
const visible = (text) => text.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[^\P{C}\n\t\u200c\u200d]/gu, '\ufffd')

function line(tag, text, className) {
  const element = document.createElement(tag)
  element.textContent = visible(text)
  if (className) element.className = className
  return element
}

function itemOf(item, concept) {
  const li = document.createElement('li')
  const facts = line('p', '', 'facts')
  const p = concept ? item.concepts[concept] : undefined
  facts.append(line('b', p === undefined ? item.score.toFixed(3) : Math.round(p * 100) + '%'))
  const time = item.timestamp.replace('T', ' ').slice(0, 19) + ' UTC'
  for (const fact of [time, item.user_id, item.session_id, item.model, item.status]) if (fact) facts.append(line('span', fact))
  li.append(facts)
  for (const text of [item.prompt, item.response]) if (text) li.append(line('p', text, 'said'))
  return li
}

async function search(question, cursor) {
  const turn = ++asked
  $('error').textContent = ''
  $('more').disabled = true
  try {
    const answer = await (await get('/v1/search', cursor ? { q: question, cursor } : { q: question })).json()
    if (turn !== asked) return
    const concept = answer.interpreted_as && answer.interpreted_as.concept
    if (!cursor) {
      $('items').replaceChildren()
      $('results-title').textContent = question
    }
    $('results-about').textContent = about(answer, concept)
    $('items').append(...answer.items.map((item) => itemOf(item, concept)))
    $('digest').hidden = true
    $('results').hidden = false
    $('more').hidden = answer.next_cursor === null
    $('more').onclick = () => search(question, answer.next_cursor)
  } catch (error) {
    if (turn === asked) failed(error)
  } finally {
    $('more').disabled = false
  }
}

function about(answer, concept) {
  const percent = (share) => Math.round(share * 100) + '%'
  const parts = []
  if (concept) parts.push('Understood as every ' + concept)
  if (answer.total !== undefined) parts.push(answer.total.toLocaleString('en-US') + (answer.total === 1 ? ' match' : ' matches'))
  else if (answer.items.length === 0) parts.push('No match')
  if (answer.estimated_precision !== undefined) parts.push('about ' + percent(answer.estimated_precision) + ' of them right')
  if (answer.estimated_recall !== undefined) parts.push('about ' + percent(answer.estimated_recall) + ' of all found')
  if (answer.not_examined > 0) parts.push(answer.not_examined.toLocaleString('en-US') + ' events not yet examined')
  return parts.join(' · ')
}

$('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  $('door-error').textContent = ''
  sessionStorage.setItem(KEY, $('key').value.trim())
  try {
    await enter()
    $('key').value = ''
  } catch (error) {
    leave(error.status === 401 ? 'This key is not known here, or it has ended.' : error.message)
  }
})
$('search').addEventListener('submit', (event) => {
  event.preventDefault()
  search($('question').value.trim() || $('question').placeholder)
})
$('day').addEventListener('change', () => $('day').value && open($('day').value))
$('earlier').addEventListener('click', () => open(neighbour(-1)))
$('later').addEventListener('click', () => open(neighbour(1)))
$('back').addEventListener('click', () => open($('day').value))
$('sign-out').addEventListener('click', () => leave())

if (sessionStorage.getItem(KEY)) enter().catch((error) => leave(error.status === 401 ? '' : error.message))
else {
  show('door')
  $('key').focus()
}
`
