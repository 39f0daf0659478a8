// Signs a person in by the implicit flow (OpenID Connect Core 1.0 §3.2), with nothing but what browsers have.

const CLIENT_ID = 'implicit-page'
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

function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (each) => each.charCodeAt(0))
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const read = (part) => JSON.parse(new TextDecoder().decode(bytesOf(part)))

async function get(url, headers = {}) {
  const response = await fetch(url, { headers })
  demand(response.ok, `${url} answered ${response.status}`)
  return response.json()
}

async function discover() {
  const provider = await get(`${ISSUER}/.well-known/openid-configuration`)
  demand(provider.issuer === ISSUER, 'the provider is another one')
  return provider
}

// 03: the authorization request. What proves that an answer belongs to it stays in this tab.

function signIn(provider) {
  const [state, nonce] = [random(), random()]
  sessionStorage.setItem('sign-in', JSON.stringify({ state, nonce }))
  location.assign(`${provider.authorization_endpoint}?${new URLSearchParams({
    client_id: CLIENT_ID,
    redirect_uri: PAGE,
    response_type: 'id_token token',
    scope: SCOPE,
    state,
    nonce,
  })}`)
}

// What came back leaves the address at once, so that nobody finds it in the history; it serves once.

function take(name) {
  const kept = JSON.parse(sessionStorage.getItem(name))
  sessionStorage.removeItem(name)
  return kept
}

function arrived() {
  const answer = new URLSearchParams(location.hash.slice(1) || location.search)
  history.replaceState(null, '', PAGE)
  return answer
}

async function checked(provider, answer) {
  const asked = take('sign-in')
  demand(asked && answer.get('state') === asked.state, 'this answer is to no request of this tab')
  demand(answer.get('iss') === ISSUER, 'this answer is from somebody else') // RFC 9207
  demand(!answer.has('error'), answer.get('error_description') ?? answer.get('error'))
  return checkedClaims(provider, answer.get('id_token'), answer.get('access_token'), asked.nonce)
}

// The ID Token came through the person's browser: its signature counts, and every claim (§3.2.2.11).

async function checkedClaims(provider, idToken, accessToken, nonce) {
  const [header, claims, signature] = idToken.split('.')
  const { alg, kid } = read(header)
  demand(alg === 'RS256', 'the ID Token is not signed as it should be')
  const { keys } = await get(provider.jwks_uri)
  const jwk = keys.find((each) => each.kid === kid && each.kty === 'RSA')
  demand(jwk, 'the ID Token is signed with a key that is not the provider’s')
  const rs256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('jwk', jwk, rs256, false, ['verify'])
  const signed = new TextEncoder().encode(`${header}.${claims}`)
  demand(await crypto.subtle.verify(rs256, key, bytesOf(signature), signed), 'the ID Token was altered')

  const { iss, aud, exp, ...others } = read(claims)
  demand(iss === ISSUER, 'the ID Token is from somebody else')
  demand([aud].flat().length === 1 && [aud].flat()[0] === CLIENT_ID, 'the ID Token is for somebody else')
  demand(Date.now() / 1000 < exp + LEEWAY, 'the ID Token has expired')
  demand(others.nonce === nonce, 'the ID Token is for another request')
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken)))
  demand(others.at_hash === base64url(hash.slice(0, 16)), 'the access token is not the one that came with the ID Token')
  return read(claims)
}

// 04: who is it? The token goes into a header: what is in an address ends up in logs.

async function show(provider, answer) {
  const claims = await checked(provider, answer)
  const userinfo = await get(provider.userinfo_endpoint, { Authorization: `Bearer ${answer.get('access_token')}` })
  demand(userinfo.sub === claims.sub, 'UserInfo is about somebody else')
  element('claims').textContent = JSON.stringify(claims, null, 2)
  element('userinfo').textContent = JSON.stringify(userinfo, null, 2)
  element('known').hidden = false
  element('sign-in').hidden = true
  say(`You are signed in as ${userinfo.name ?? userinfo.sub}.`)
  offerSignOut(provider, answer.get('id_token'))
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
  if (answer.has('id_token') || answer.has('error')) {
    await show(provider, answer)
  } else if (answer.has('state') && answer.get('state') === take('sign-out')?.state) {
    say('You are signed out.')
  }
}

function tell(doing) {
  return doing.catch((fault) => say(`That went wrong: ${fault.message}.`, true))
}

tell(start())
