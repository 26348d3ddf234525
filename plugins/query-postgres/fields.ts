import { field, type Input } from '../../src/steps/index.ts'

export const fields = {
  connectionString: field.text({
    label: 'Connection string',
    help: 'As the provider shows it, such as postgres://user:password@host:5432/database. The whole of it is best kept as one secret.',
    required: true,
    secrets: true,
  }),
  query: field.code({
    label: 'Query',
    language: 'sql',
    help: 'One statement, with $1, $2 … for the parameters.',
    required: true,
  }),
  parameters: field.json({
    label: 'Parameters',
    help: 'A list, such as ["{{ trigger.body.email }}", 10]. A list in it becomes an array, an object JSON.',
    default: [],
    secrets: true,
  }),
  readOnly: field.boolean({
    label: 'Read only',
    help: 'The database refuses every change. A database user that may only read is even safer.',
    default: true,
  }),
  maxRows: field.number({
    label: 'Rows at most',
    help: 'Further rows are left out, and "truncated" is true.',
    min: 1,
    max: 10_000,
    integer: true,
    default: 1000,
  }),
  timeoutSeconds: field.number({ label: 'Timeout in seconds', min: 1, max: 300, default: 30 }),
  ssl: field.choice({
    label: 'TLS',
    options: ['verify', 'disable'],
    default: 'verify',
    help: 'verify: encrypted, and the certificate is checked. disable: only inside your own network.',
  }),
  certificateAuthority: field.multiline({
    label: 'Certificate authority',
    help: 'PEM. For a server whose certificate is from a private authority, as with many providers; or the very certificate of a server that signs its own.',
    when: { field: 'ssl', is: 'verify' },
  }),
}

export type QueryPostgresInput = Input<typeof fields>
