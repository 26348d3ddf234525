export type { Scope } from './evaluation.ts'
export { nearNames, suggestion } from './near-names.ts'
export { parse } from './parse.ts'
export { type Expression, type FilterCall, isPath, type Part, type Path } from './part.ts'
export { ownValue } from './plain-data.ts'
export { noProvenance } from './provenance.ts'
export { referencesIn, secretsIn } from './references.ts'
export { type Place, type Rendered, render } from './render.ts'
export { renderData } from './render-data.ts'
export { normalizeSecretName } from './secret-name.ts'
export { sourcesIn } from './sources.ts'
export { STEP_KEY, STEP_KEY_RULE } from './step-key.ts'
export { hostRoles } from './url-host.ts'
export {
  referenceTo,
  secretsGroup,
  stepGroup,
  triggerGroup,
  type Variable,
  type VariableGroup,
} from './variables.ts'
