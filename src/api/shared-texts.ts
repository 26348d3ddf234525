import { scopes } from '../domain/index.ts'

/** What a field is, wherever it stands. */
interface SharedText {
  is: string
  /** What else who reads it has to know. */
  read?: string
  /** What else who makes it has to know. */
  made?: string
  /** The same of who changes it. */
  changed?: string
}

const STAYS = 'If it is absent, it stays as it is; null removes it.'

interface Relatives {
  /** Inputs that it is made by. */
  made: readonly string[]
  changed?: string
  /** A type with the same fields, which is read. */
  alike?: string
}

/** What has the same fields as a type. */
export const RELATIVES: Readonly<Record<string, Relatives>> = {
  ApiToken: { made: ['ApiTokenInput'] },
  Automation: { made: ['AutomationInput'], changed: 'UpdateAutomationInput', alike: 'AutomationContent' },
  Member: { made: ['MemberInput'] },
  Secret: { made: ['SecretInput'] },
  HookAnswer: { made: ['HookAnswerInput'] },
  HookSignature: { made: ['HookSignatureInput'] },
  HookSignatureFormat: { made: ['HookSignatureFormatInput'] },
  Schedule: { made: ['ScheduleInput'], alike: 'WrittenSchedule' },
  SecretPolicy: { made: ['SecretPolicyInput', 'PolicyInput'] },
  Step: { made: ['StepInput'] },
  StepRetry: { made: ['StepRetryInput'] },
  Workspace: { made: ['CreateWorkspaceInput'] },
}

/** The one place for fields that a type and its inputs have both, by `Type.field`: they all begin with the same words. */
export const SHARED_TEXTS: Readonly<Record<string, SharedText>> = {
  'ApiToken.expiresAt': {
    is: 'From then on it is refused.',
    read: 'Null: never.',
    made: 'In a year at most. If it is absent: in 90 days; null: never.',
  },
  'ApiToken.role': {
    is: 'The role whose scopes it has at most.',
    made: 'By default it has all of them.',
  },
  'ApiToken.scopes': {
    is: 'What it may do, as far as its owner still may.',
    read: `Some of ${scopes.join(', ')}.`,
    made: 'Some of the scopes of the role.',
  },
  'Automation.hookAnswer': {
    is: 'Whether the output of the last step answers whoever calls the hook.',
    read: 'Null: a caller of the hook gets the id of the run, or what it asks for with `Prefer: wait`.',
    made: 'By default it does not.',
    changed: STAYS,
  },
  'Automation.hookSignature': {
    is: 'How requests to the hook have to be signed.',
    read: 'Null: they need no signature.',
    made: 'By default they need no signature.',
    changed: STAYS,
  },
  'Automation.schedule': {
    is: 'When it runs by itself.',
    read: 'Null: it does not.',
    made: 'By default it does not.',
    changed: STAYS,
  },
  'Automation.steps': { is: 'The steps, in their order: 100 at most.' },
  'HookAnswer.waitSeconds': { is: 'How long the caller waits at most, in seconds: 1 to 30.' },
  'HookSignature.format': {
    is: 'How a service signs, for the style CUSTOM alone.',
    read: 'Null for all others.',
  },
  'HookSignature.verifyToken': {
    is: 'The name of the secret that a service sends by GET as hub.verify_token, as those of Meta do; it gets back hub.challenge.',
    read: 'Null: GET is refused.',
    made: 'By default GET is refused.',
  },
  'HookSignatureFormat.header': {
    is: 'The header with the signature.',
    made: 'Runs get no header with credentials, so Authorization is refused.',
  },
  'HookSignatureFormat.prefix': {
    is: 'What stands in the header before the signature.',
    made: 'By default nothing.',
  },
  'HookSignatureFormat.signed': {
    is: 'The text that is signed, with {body} and {timestamp} in it.',
    made: 'By default {body}, and {timestamp}.{body} where there is a header with the time.',
  },
  'HookSignatureFormat.timestampHeader': {
    is: 'The header with the time of signing, in seconds since 1970.',
    read: 'Null: none is signed.',
    made: 'By default none is signed.',
  },
  'HookSignatureFormat.toleranceSeconds': {
    is: 'How far the time of signing may be from now, in seconds.',
    made: 'By default 300; a day at most.',
  },
  'Schedule.cron': {
    is: 'Minute, hour, day of the month, month, day of the week, as crontab reads them; `@daily` and the like are stored as what they stand for.',
  },
  'Schedule.timeZone': { is: 'A time zone of the IANA database, such as Europe/Berlin.' },
  'SecretPolicy.allowedHosts': {
    is: 'The hosts without their scheme.',
    read: 'An empty list: any public host.',
    made: 'They hold for every scheme. Not together with `hosts`.',
  },
  'SecretPolicy.hosts': {
    is: '`api.example.com`, `*.example.com`, optionally `:port`; plain HTTP only with `http://` before it.',
  },
  'SecretPolicy.methods': { is: 'HTTP methods in upper case.' },
  'SecretPolicy.paths': {
    is: 'Prefixes of the path of a URL: `/v1/` covers `/v1/charges`, but not `/v1x`.',
  },
  'SecretPolicy.places': { is: '`header:NAME`, `query:NAME`, `body`, `url`, or `STEP_TYPE.FIELD`.' },
  'Step.fields': {
    is: 'The content of each field by its name, with the templates as they were written.',
  },
  'Step.onError': { is: 'What the run does when the step has failed.', made: 'By default STOP.' },
  'Step.retry': { is: 'When it is tried again.', read: 'Null: never.', made: 'By default never.' },
  'Step.timeoutSeconds': {
    is: 'How many seconds one attempt may take.',
    read: 'Null: 600.',
    made: 'From 1 to 3600; by default 600.',
  },
  'Step.version': {
    is: 'The version of the step type that the fields are made for.',
    made: 'As it was read; by default the installed one.',
  },
  'StepRetry.count': { is: 'How many times after the first attempt.', made: 'From 0 to 10.' },
  'StepRetry.delaySeconds': {
    is: 'The delay before the second attempt, in seconds. It doubles with each attempt, up to an hour.',
    made: 'From 1 to 3600.',
  },
  'StepRetry.on': {
    is: 'Codes of the errors after which the step is tried again.',
    made: 'By default REQUEST_FAILED and TIMEOUT.',
  },
  'Workspace.id': {
    is: 'The slug, such as `acme`.',
    read: 'It never changes.',
    made: 'From 1 to 40 lower-case letters, digits and hyphens, no hyphen at the ends.',
  },
}

/** The text of each shared field of types and inputs, by its path. */
export const sharedTexts: ReadonlyMap<string, string> = new Map(
  Object.entries(SHARED_TEXTS).flatMap(([path, { is, read, made, changed }]) => {
    const [type = '', field = ''] = path.split('.')
    const relatives = RELATIVES[type]
    const text = (of: string, more: string | undefined) =>
      [`${of}.${field}`, [is, more].filter(Boolean).join(' ')] as const
    return [
      ...[type, relatives?.alike].filter((it) => it !== undefined).map((it) => text(it, read)),
      ...(relatives?.made ?? []).map((it) => text(it, made)),
      ...[relatives?.changed].filter((it) => it !== undefined).map((it) => text(it, changed)),
    ]
  }),
)
