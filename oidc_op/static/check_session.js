// Answers clients that ask whether the person is still signed in (Session Management 1.0 §3.2).
'use strict'

const ANSWERS = ['unchanged', 'changed', 'error'] // said to us they are somebody's answers: answering those would never end
const SESSION_STATE = /^[0-9a-f]{64}\.([0-9a-f]+)$/

const { cookie: NAME, nobody: NOBODY } = document.documentElement.dataset

// What the cookie says; two of one name are somebody else's doing, and say nothing that could be relied on.
const browserState = () => {
  const found = document.cookie.split('; ').filter((each) => each.startsWith(NAME + '='))
  if (found.length > 1) throw new Error('two cookies of one name')
  return found.length === 0 ? '' : found[0].slice(NAME.length + 1)
}

const sha256 = async (text) => {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// A browser that keeps our cookies from frames would seem to have signed out, again and again; it is an error instead.
const isBlind = async () => 'hasStorageAccess' in document && !(await document.hasStorageAccess())

const answerTo = async (message, origin) => {
  const at = message.lastIndexOf(' ')
  const clientId = message.slice(0, at)
  const sessionState = message.slice(at + 1)
  const salt = (SESSION_STATE.exec(sessionState) || [])[1]
  if (at < 1 || salt === undefined) return 'error'
  const state = browserState()
  if (state === '' && (await isBlind())) return 'error'
  if (state === '' || state === NOBODY) return 'changed' // nobody is signed in: no client was ever told a state of that
  const expected = (await sha256([clientId, origin, state, salt].join(' '))) + '.' + salt
  return expected === sessionState ? 'unchanged' : 'changed'
}

window.addEventListener('message', async ({ data, origin, source }) => {
  if (typeof data !== 'string' || data === '' || ANSWERS.includes(data)) return
  if (source === null || source === window || origin === 'null') return
  if (location.ancestorOrigins && location.ancestorOrigins[0] !== origin) return // who has us in a frame may ask, and nobody else
  let answer = 'error'
  try {
    answer = await answerTo(data, origin)
  } catch {
    // no cookies or no cryptography here, as in a page without TLS
  }
  source.postMessage(answer, origin)
})
