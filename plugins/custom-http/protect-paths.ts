import { AppError, type StepContext, textsOf, withinField } from '../../src/steps/index.ts'
import { readPath, valueAt } from './pagination/body-path.ts'

/**
 * Protects what stands at these places of the output.
 *
 * @param written paths, separated by commas.
 * @throws AppError INVALID_FIELD for what is no path, before anything is protected; STEP_FAILED when an answer that is
 *   good has nothing there: it may have it elsewhere, where it would be shown.
 */
export function protectPaths(
  written: string,
  output: { readonly ok: boolean },
  protect: StepContext['protect'],
): void {
  for (const { path, keys } of readPaths(written)) {
    const texts = textsOf(valueAt(output, keys)).filter((it) => it !== '')
    if (texts.length === 0 && output.ok) throw missing(path)
    for (const text of texts) protect(text)
  }
}

/** @throws AppError INVALID_FIELD */
export function readPaths(written: string): { path: string; keys: ReturnType<typeof readPath> }[] {
  const paths = written.split(',').map((it) => it.trim())
  return paths
    .filter((it) => it !== '')
    .map((path) => ({ path, keys: withinField('protect', () => readPath(path)) }))
}

function missing(path: string): AppError {
  return new AppError(
    'STEP_FAILED',
    `The answer has no ${path} to protect, so it is not kept. Check the path.`,
  )
}
