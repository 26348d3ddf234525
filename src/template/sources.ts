import { AppError } from '../errors.ts'
import { type Scope, valueAt } from './evaluation.ts'
import { Meter } from './limits.ts'
import type { Path } from './part.ts'
import { searchable } from './provenance.ts'
import { referencesIn } from './references.ts'

/**
 * The texts of the trigger and of outputs that rendering these templates will search for secrets, each once. So
 * long ones can be searched elsewhere first. A template that cannot be rendered adds none.
 */
export function sourcesIn(templates: unknown, scope: Pick<Scope, 'trigger' | 'steps'>): string[] {
  return unlessRefused(() => {
    const meter = new Meter()
    const texts = (path: Path) => {
      const value = path.root === 'secrets' ? undefined : valueAt(path, scope, meter)
      return value === undefined ? [] : searchable(value)
    }
    return [...new Set(referencesIn(templates).flatMap(texts))]
  })
}

/** A faulty template is skipped here. The rendering reports the fault with the name of the field. */
function unlessRefused(read: () => string[]): string[] {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return []
  }
}
