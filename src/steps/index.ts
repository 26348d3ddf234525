/** The exports for plugin authors, and what the rest of Lockstep uses of step types. */

export { AppError, type ErrorPlace } from '../errors.ts'
export { ExactNumber, parseJson } from '../exact-json.ts'
export { Sensitive } from '../sensitive.ts'
export type { Choice, StepAsk } from './ask.ts'
export { askedType } from './asked.ts'
export { checkFields } from './check-fields.ts'
export { configuredSecrets } from './configured-secrets.ts'
export {
  defineStep,
  type JsonSchema,
  type RenderedInput,
  type StepDefinition,
  type StepType,
} from './define-step.ts'
export { describeFields, type StepField } from './describe-fields.ts'
export { type DescribedDestinations, declaredDestinations, destinationsOf } from './destinations.ts'
export { type Condition, type Field, type FieldKind, type Fields, field, type Pair } from './field.ts'
export { type StepIcon, stepIcons } from './icons.ts'
export type { Input, SecretPair } from './input.ts'
export { oddIn } from './odd-output.ts'
export { marksProtected, protectedTexts, textsOf } from './protected-texts.ts'
export { configureRegistry, createRegistry, fromModule, type Registry } from './registry.ts'
export { type RenderedFields, renderFields } from './render-fields.ts'
export { type SecretReference, secretNames, secretReferences } from './secret-references.ts'
export type { StandardSchema } from './standard-schema.ts'
export type {
  ClientCertificate,
  FileContent,
  FileOptions,
  FormPart,
  Http,
  HttpInit,
  ProtectOptions,
  RunFile,
  StepCacheAccess,
  StepContext,
  StepFiles,
  StepLog,
} from './step-context.ts'
export { StepError } from './step-error.ts'
export { StepFailure } from './step-failure.ts'
export { isCurrent, migrateSteps, upToDate, type VersionedStep, versionOf } from './versions.ts'
export { fieldError, withinField } from './within.ts'
