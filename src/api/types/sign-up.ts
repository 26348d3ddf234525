import type { Builder } from '../builder.ts'

/** What the pages need to know before a person has signed in. */
export function defineSignUp(builder: Builder): void {
  const SignUpMode = builder.enumType('SignUpMode', {
    description: 'FIRST: the first person, then invited people; OPEN: everybody; CLOSED: no one.',
    values: ['FIRST', 'OPEN', 'CLOSED'] as const,
  })
  const SignUp = builder.objectRef<object>('SignUp').implement({
    description: 'Who can create an account.',
    fields: (t) => ({
      mode: t.field({
        type: SignUpMode,
        resolve: (_signUp, _args, { signUp }) => modes[signUp.mode],
      }),
      hasAccounts: t.boolean({
        description: 'False: the next person to sign up is the first one.',
        resolve: (_signUp, _args, { signUp }) => signUp.hasAccounts(),
      }),
      sendsMail: t.boolean({
        description: 'Whether the instance sends mails.',
        resolve: (_signUp, _args, { signUp }) => signUp.sendsMail,
      }),
    }),
  })
  builder.queryField('signUp', (t) =>
    t.field({
      type: SignUp,
      // The sign-in page asks what is possible before anybody has signed in.
      authScopes: { public: true },
      resolve: () => ({}),
    }),
  )
}

const modes = { first: 'FIRST', open: 'OPEN', closed: 'CLOSED' } as const
