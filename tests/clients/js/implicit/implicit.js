// A single-page application that signs people in with oidc-client 1 and the implicit flow; its tests call what it defines.

const KEPT = 'settings'
const HOME = `${location.origin}/implicit`

function manager() {
  return new Oidc.UserManager({
    ...JSON.parse(sessionStorage.getItem(KEPT)),
    redirect_uri: `${HOME}/callback`,
    silent_redirect_uri: `${HOME}/silent`,
    post_logout_redirect_uri: `${HOME}/signed-out`,
    loadUserInfo: true,
    automaticSilentRenew: false,
    monitorSession: false,
    validateSubOnSilentRenew: true,
    silentRequestTimeout: 10_000,
  })
}

// What came of a sign-in: the user, or the error.
async function told(signingIn) {
  try {
    const user = await signingIn
    return { ...user, expired: user.expired }
  } catch (error) {
    return { error: error.error ?? error.message }
  }
}

// Returns at once: who waited for it would not be there any more when it ends.
function signIn(settings, request) {
  sessionStorage.setItem(KEPT, JSON.stringify(settings))
  manager().signinRedirect(request)
}

function renew() {
  return told(manager().signinSilent())
}

function signOut(state) {
  manager().signoutRedirect({ state })
}

async function signedOut() {
  const { state } = await manager().signoutRedirectCallback()
  return { state, user: await manager().getUser() }
}

const ARRIVALS = {
  '/implicit/callback': () => told(manager().signinRedirectCallback()),
  '/implicit/silent': () => manager().signinSilentCallback(),
  '/implicit/signed-out': signedOut,
}

ARRIVALS[location.pathname]?.().then((result) => {
  document.getElementById('result').textContent = JSON.stringify(result)
})
