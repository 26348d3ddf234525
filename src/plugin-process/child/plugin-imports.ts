import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { isBuilt, packageFiles } from '../../package-files.ts'

const steps = pathToFileURL(packageFiles.steps).href
const format = isBuilt ? 'module' : 'module-typescript'

let registered = false

/**
 * Gives every plugin this process's own module when it imports `@lockstep/steps`. A copy that npm installed beside the
 * plugin has classes of its own: a `Sensitive` made by it would be an unknown object here, and so would an error.
 */
export function shareSteps(): void {
  if (registered) return
  registered = true
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== '@lockstep/steps') return next(specifier, context)
      return { url: steps, format, shortCircuit: true }
    },
  })
}
