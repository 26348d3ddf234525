import { registerHooks } from 'node:module'

// Plugins import the package of authors. In the processes of vitest that is the code which the tests import.
const steps = new URL('../../src/steps/index.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) => next(specifier === '@lockstep/steps' ? steps : specifier, context),
})
