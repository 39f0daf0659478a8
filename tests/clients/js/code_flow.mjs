// One sign-in with openid-client.
//
// Gets what to do as JSON in its argument; prints where to send the person, reads the address where they came back, and
// prints what came of it, each as one line of JSON.

import { createInterface } from 'node:readline/promises'
import * as client from 'openid-client'

const METHODS = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
  none: client.None,
}

const task = JSON.parse(process.argv[2])
const say = (value) => console.log(JSON.stringify(value))

async function discover() {
  const execute = [client.allowInsecureRequests] // plain http, since all is on this machine
  if (task.verify_signature) execute.push(client.enableNonRepudiationChecks)
  const metadata = { id_token_signed_response_alg: task.alg }
  const method = METHODS[task.method](task.client_secret)
  return client.discovery(new URL(task.issuer), task.client_id, metadata, method, { execute })
}

async function signIn(config) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedNonce = client.randomNonce()
  const expectedState = client.randomState()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: task.redirect_uri,
    scope: task.scope,
    nonce: expectedNonce,
    state: expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...task.parameters,
  })
  say({ authorization_url: url.href })
  const lines = createInterface({ input: process.stdin })
  const { value } = await lines[Symbol.asyncIterator]().next()
  lines.close()
  return client.authorizationCodeGrant(config, new URL(value), {
    pkceCodeVerifier,
    expectedNonce,
    expectedState,
    idTokenExpected: true,
    maxAge: task.max_age,
  })
}

try {
  const config = await discover()
  const tokens = await signIn(config)
  const claims = tokens.claims()
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token)
  const again = await client.fetchUserInfo(config, refreshed.access_token, claims.sub)
  say({
    metadata: config.serverMetadata(),
    supports_pkce: config.serverMetadata().supportsPKCE(),
    tokens,
    claims,
    userinfo,
    refreshed: { tokens: refreshed, claims: refreshed.claims(), userinfo: again },
  })
} catch (error) {
  const { name, code, status, message } = error
  say({ error: { name, code, status, error: error.error, message, cause: error.cause?.message } })
}
