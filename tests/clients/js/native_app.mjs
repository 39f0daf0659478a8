// A native application that signs a person in with AppAuth, in the browser that "xdg-open" opens.
//
// Gets what to do as JSON in its argument; prints what came of it as one line of JSON.

import { register } from 'node:module'

register('./with_extensions.mjs', import.meta.url)

const appauth = await import('@openid/appauth/built/src/index.js')
const { NodeBasedHandler, NodeCrypto, NodeRequestor } = await import('@openid/appauth/built/src/node_support/index.js')

const task = JSON.parse(process.argv[2])
const requestor = new NodeRequestor()
const tokens = new appauth.BaseTokenRequestHandler(requestor)
appauth.setFlag('IS_LOG', false)

// Resolves with what the provider answered at the loopback address.
function authorization(configuration) {
  const request = new appauth.AuthorizationRequest(
    {
      client_id: task.client_id,
      redirect_uri: task.redirect_uri,
      scope: task.scope,
      response_type: appauth.AuthorizationRequest.RESPONSE_TYPE_CODE,
      extras: task.extras,
    },
    new NodeCrypto(),
  )
  return new Promise((resolve) => {
    const notifier = new appauth.AuthorizationNotifier()
    notifier.setAuthorizationListener((asked, response, error) => resolve({ asked, response, error }))
    const handler = new NodeBasedHandler(Number(new URL(task.redirect_uri).port))
    handler.setAuthorizationNotifier(notifier)
    handler.performAuthorizationRequest(configuration, request)
  })
}

function ask(configuration, request) {
  const { client_id, redirect_uri } = task
  return tokens.performTokenRequest(configuration, new appauth.TokenRequest({ client_id, redirect_uri, ...request }))
}

// Resolves with why the token is refused from then on.
async function revoke(configuration, token) {
  const { client_id } = task
  const request = new appauth.RevokeTokenRequest({ client_id, token: token.refreshToken, token_type_hint: 'refresh_token' })
  await tokens.performRevokeTokenRequest(configuration, request)
  return refresh(configuration, token).then(() => 'not at all', (error) => error.message)
}

function refresh(configuration, { refreshToken }) {
  return ask(configuration, { grant_type: appauth.GRANT_TYPE_REFRESH_TOKEN, refresh_token: refreshToken })
}

function userinfo(configuration, token) {
  const headers = { Authorization: `Bearer ${token.accessToken}` }
  return requestor.xhr({ url: configuration.userInfoEndpoint, method: 'GET', dataType: 'json', headers })
}

async function signIn() {
  const configuration = await appauth.AuthorizationServiceConfiguration.fetchFromIssuer(task.issuer, requestor)
  const { asked, response, error } = await authorization(configuration)
  if (error) {
    return { error: error.error }
  }
  const first = await ask(configuration, {
    grant_type: appauth.GRANT_TYPE_AUTHORIZATION_CODE,
    code: response.code,
    extras: { code_verifier: task.verifier ?? asked.internal.code_verifier },
  })
  const refreshed = await refresh(configuration, first)
  return {
    state: [asked.state, response.state],
    tokens: first,
    userinfo: await userinfo(configuration, first),
    refreshed,
    userinfo_again: await userinfo(configuration, refreshed),
    revoked: task.revoke ? await revoke(configuration, refreshed) : null,
  }
}

const said = await signIn().catch((error) => ({ error: error.message }))
console.log(JSON.stringify(said))
process.exit() // its loopback server would wait for the browser to hang up
