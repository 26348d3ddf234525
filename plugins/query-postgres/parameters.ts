import { fieldError, parseJson, type Sensitive } from '../../src/steps/index.ts'

// The protocol counts them in 16 bits, and wraps around without an error.
const MAX_PARAMETERS = 65_535

/**
 * The values of $1, $2 and so on. They travel separately from the query, so none can become a part of it.
 *
 * @param json the text of the field, which may contain secrets.
 * @throws AppError INVALID_FIELD, which repeats none of them.
 */
export function readParameters(json: Sensitive): readonly unknown[] {
  const values = parsed(json.reveal())
  if (!Array.isArray(values)) throw invalid('must be a list, its first item for $1.')
  if (values.length > MAX_PARAMETERS) throw invalid(`has over ${MAX_PARAMETERS} items.`)
  return values
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    // The parser's own message quotes the text.
    throw invalid('is not valid JSON.')
  }
}

const invalid = (reason: string) => fieldError({ field: 'parameters' }, reason)
