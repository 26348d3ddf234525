import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { packageFiles } from '../package-files.ts'

const steps = pathToFileURL(packageFiles.steps).href
const shared: Readonly<Record<string, string>> = { '@lockstep/steps': steps, 'lockstep/steps': steps }

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
      const url = shared[specifier]
      return url === undefined ? next(specifier, context) : { url, format: 'module', shortCircuit: true }
    },
  })
}
