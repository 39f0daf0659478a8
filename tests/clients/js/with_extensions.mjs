// Finds modules that are imported without their ".js": AppAuth is made for bundlers, which do so by themselves.

export async function resolve(specifier, context, next) {
  if (specifier.startsWith('.') && context.parentURL?.includes('/@openid/appauth/') && !specifier.endsWith('.js')) {
    return next(`${specifier}.js`, context).catch(() => next(`${specifier}/index.js`, context))
  }
  return next(specifier, context)
}
