// Signs a person in by a code and PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636), with nothing but what browsers have.

const CLIENT_ID = 'code-page'
const ISSUER = 'http://localhost:6543' // it stands in the page's Content-Security-Policy, too
const SCOPE = 'openid profile email'
const PAGE = location.origin + location.pathname // registered as redirect_uri and post_logout_redirect_uri
const LEEWAY = 60 // seconds by which clocks may differ

const element = (id) => document.getElementById(id)

function say(text, fault = false) {
  element('status').textContent = text
  element('status').classList.toggle('fault', fault)
}

function demand(truth, otherwise) {
  if (!truth) {
    throw new Error(otherwise)
  }
}

// What comes and goes over the wire

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function claimsOf(idToken) {
  const text = atob(idToken.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (each) => each.charCodeAt(0))))
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))

async function ask(url, options = {}) {
  const response = await fetch(url, options)
  const said = await response.json().catch(() => ({}))
  demand(response.ok, said.error_description ?? `${url} answered ${response.status}`)
  return said
}

async function discover() {
  const provider = await ask(`${ISSUER}/.well-known/openid-configuration`)
  demand(provider.issuer === ISSUER, 'the provider is another one')
  return provider
}

// 03: the authorization request. The verifier stays in this tab; whoever catches the code cannot redeem it without.

async function signIn(provider) {
  const [state, nonce, verifier] = [random(), random(), random()]
  sessionStorage.setItem('sign-in', JSON.stringify({ state, nonce, verifier }))
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
  location.assign(`${provider.authorization_endpoint}?${new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: PAGE,
    response_type: 'code',
    scope: SCOPE,
    state,
    nonce,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
  })}`)
}

// What came back leaves the address at once; it serves once.

function take(name) {
  const kept = JSON.parse(sessionStorage.getItem(name))
  sessionStorage.removeItem(name)
  return kept
}

function arrived() {
  const answer = new URLSearchParams(location.search)
  history.replaceState(null, '', PAGE)
  return answer
}

async function redeem(provider, answer) {
  const asked = take('sign-in')
  demand(asked && answer.get('state') === asked.state, 'this answer is to no request of this tab')
  demand(answer.get('iss') === ISSUER, 'this answer is from somebody else') // RFC 9207
  demand(!answer.has('error'), answer.get('error_description') ?? answer.get('error'))
  const tokens = await tokensFor(provider, {
    grant_type: 'authorization_code',
    code: answer.get('code'),
    redirect_uri: PAGE,
    code_verifier: asked.verifier,
  })
  demand(tokens.claims.nonce === asked.nonce, 'the ID Token is for another request')
  return tokens
}

async function refresh(provider, old) {
  const tokens = await tokensFor(provider, { grant_type: 'refresh_token', refresh_token: old.refresh_token })
  demand(tokens.claims.sub === old.claims.sub, 'the ID Token is about somebody else')
  return tokens
}

// The tokens come from the provider itself, not through the person's browser: its claims are checked (§3.1.3.7).

async function tokensFor(provider, request) {
  const body = new URLSearchParams({ client_id: CLIENT_ID, ...request })
  const tokens = await ask(provider.token_endpoint, { method: 'POST', body })
  const claims = claimsOf(tokens.id_token)
  demand(claims.iss === ISSUER, 'the ID Token is from somebody else')
  demand([claims.aud].flat().length === 1 && [claims.aud].flat()[0] === CLIENT_ID, 'the ID Token is for somebody else')
  demand(Date.now() / 1000 < claims.exp + LEEWAY, 'the ID Token has expired')
  return { ...tokens, claims }
}

// 04: who is it? The tokens are kept by this page alone, and are gone when it is left.

async function show(provider, tokens) {
  const { claims } = tokens
  const userinfo = await ask(provider.userinfo_endpoint, { headers: { Authorization: `Bearer ${tokens.access_token}` } })
  demand(userinfo.sub === claims.sub, 'UserInfo is about somebody else')
  element('claims').textContent = JSON.stringify(claims, null, 2)
  element('userinfo').textContent = JSON.stringify(userinfo, null, 2)
  element('known').hidden = false
  element('sign-in').hidden = true
  say(`You are signed in as ${userinfo.name ?? userinfo.sub}.`)
  element('refresh').hidden = !tokens.refresh_token
  element('refresh').onclick = () => tell(refresh(provider, tokens).then((newer) => show(provider, newer)))
  offerSignOut(provider, tokens.id_token)
}

function offerSignOut(provider, idToken) {
  const state = random()
  const parameters = { id_token_hint: idToken, client_id: CLIENT_ID, post_logout_redirect_uri: PAGE, state }
  element('sign-out').href = `${provider.end_session_endpoint}?${new URLSearchParams(parameters)}`
  element('sign-out').onclick = () => sessionStorage.setItem('sign-out', JSON.stringify({ state }))
  element('sign-out').hidden = !provider.end_session_endpoint
}

async function start() {
  const answer = arrived()
  const discovering = discover()
  element('sign-in').onclick = () => tell(discovering.then(signIn))
  const provider = await discovering
  if (answer.has('code') || answer.has('error')) {
    await show(provider, await redeem(provider, answer))
  } else if (answer.has('state') && answer.get('state') === take('sign-out')?.state) {
    say('You are signed out.')
  }
}

function tell(doing) {
  return doing.catch((fault) => say(`That went wrong: ${fault.message}.`, true))
}

tell(start())
