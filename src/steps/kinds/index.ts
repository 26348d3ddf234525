import type { FieldKind } from '../field.ts'
import { json } from './json.ts'
import type { Kind } from './kind.ts'
import { pairs } from './pairs.ts'
import { boolean, choice, number } from './scalar.ts'
import { code, multiline, text } from './text.ts'
import { url } from './url.ts'

export { emptyScope, invalid, isLoneExpression, isStatic, type Kind, plain, type Reading } from './kind.ts'

export const kinds: Readonly<Record<FieldKind, Kind>> = {
  text,
  multiline,
  url,
  json,
  pairs,
  choice,
  number,
  boolean,
  code,
}
