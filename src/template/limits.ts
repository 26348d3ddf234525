import { AppError } from '../errors.ts'

// Limits for the cost of one template. All of them are far above what a person writes.
export const MAX_TEMPLATE_LENGTH = 1024 * 1024
export const MAX_PATH_KEYS = 64
export const MAX_FILTERS = 16
/** For data, and for a JSON structure of templates. Deeper data would exhaust the stack of code that walks it. */
export const MAX_DEPTH = 128
const MAX_RENDERED_LENGTH = 32 * 1024 * 1024

/**
 * Counts the characters and nodes that a rendering has handled. So a small template that names large data a
 * thousand times ends in an error instead of exhausting the memory.
 */
export class Meter {
  #used = 0

  /** @throws AppError INVALID_FIELD when the rendering has become too large */
  charge(amount: number): void {
    this.#used += amount
    if (this.#used > MAX_RENDERED_LENGTH) {
      throw new AppError('INVALID_FIELD', 'The field becomes larger than 32 MiB. Put less data into it.')
    }
  }
}
