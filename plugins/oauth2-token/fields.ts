import { field, type Input } from '../../src/steps/index.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** The fields, as docs and clients know them. Their names and meanings do not change. */
export const fields = {
  grant: field.choice({
    label: 'Grant',
    options: ['client-credentials', 'refresh-token', 'jwt-bearer', 'token-exchange'],
    labels: {
      'client-credentials': 'Client credentials',
      'refresh-token': 'Refresh token',
      'jwt-bearer': 'Signed JWT',
      'token-exchange': 'Token exchange',
    },
    default: 'client-credentials',
  }),
  tokenUrl: field.url({
    label: 'Token URL',
    required: true,
    placeholder: 'https://auth.example.com/oauth/token',
  }),
  clientId: field.text({ label: 'Client id' }),
  clientSecret: field.text({
    label: 'Client secret',
    secrets: true,
    help: 'The token goes only where this secret may go: bind it to the token URL and to the services that take the token.',
  }),
  clientAuth: field.choice({
    label: 'Where the client secret stands',
    options: ['basic', 'body'],
    default: 'basic',
    help: 'basic: in the Authorization header, as the standard prefers. body: as client_secret in the form.',
  }),
  refreshToken: field.text({
    label: 'Refresh token',
    secrets: true,
    required: true,
    when: { field: 'grant', is: 'refresh-token' },
  }),
  assertion: field.text({
    label: 'Signed JWT',
    secrets: true,
    required: true,
    help: 'Such as the token of a step of the type sign-jwt.',
    when: { field: 'grant', is: 'jwt-bearer' },
  }),
  subjectToken: field.text({
    label: 'Subject token',
    secrets: true,
    required: true,
    when: { field: 'grant', is: 'token-exchange' },
  }),
  subjectTokenType: field.text({
    label: 'Type of the subject token',
    default: ACCESS_TOKEN,
    when: { field: 'grant', is: 'token-exchange' },
  }),
  requestedTokenType: field.text({
    label: 'Type of the token to get',
    when: { field: 'grant', is: 'token-exchange' },
  }),
  scope: field.text({ label: 'Scope', help: 'Several are separated by spaces.' }),
  audience: field.text({ label: 'Audience' }),
  parameters: field.pairs({ label: 'More parameters', secrets: true }),
  renewBeforeSeconds: field.number({
    label: 'Renew so many seconds before it expires',
    min: 0,
    max: 3600,
    integer: true,
    default: 60,
  }),
  checkUrl: field.url({
    label: 'Check the token at',
    help: 'A kept token is tried here first. When the answer is 401, a new one is asked for.',
  }),
  renew: field.boolean({
    label: 'Ask for a new token',
    help: 'Gives up the one that is kept, for instance because a service has refused it.',
    default: false,
  }),
}

export type TokenInput = Input<typeof fields>
