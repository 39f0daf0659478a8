// A single-page application that signs people in with oidc-client-ts; its tests call what it defines.

const KEPT = 'settings'

function manager() {
  return new oidc.UserManager({
    ...JSON.parse(sessionStorage.getItem(KEPT)),
    redirect_uri: `${location.origin}/callback`,
    silent_redirect_uri: `${location.origin}/silent`,
    loadUserInfo: true,
    automaticSilentRenew: false,
    silentRequestTimeoutInSeconds: 10,
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

function renew(request) {
  return told(manager().signinSilent(request))
}

// What another site's script can read of an answer.
async function ask(url, init) {
  const response = await fetch(url, init)
  return { status: response.status, challenge: response.headers.get('WWW-Authenticate'), body: await response.text() }
}

if (location.pathname === '/callback') {
  told(manager().signinCallback()).then((result) => {
    document.getElementById('result').textContent = JSON.stringify(result)
  })
} else if (location.pathname === '/silent') {
  manager().signinCallback()
}
