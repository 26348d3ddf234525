// @ts-check

export const REPOSITORY = 'https://github.com/lockstep-dev/lockstep/blob/main'

/** The pages by section. An instance serves them below /docs: see html.js. */
export const sections = [
  { title: 'Begin', pages: ['help', 'moving-in', 'commands', 'sign-in', 'tokens'] },
  {
    title: 'Step types',
    pages: [
      'step-types',
      'steps/aws-request',
      'steps/custom-http',
      'steps/graphql-request',
      'steps/oauth2-token',
      'steps/query-postgres',
      'steps/redis-command',
      'steps/s3-object',
      'steps/send-email',
      'steps/set-values',
      'steps/sign-jwt',
      'steps/wait',
    ],
  },
  { title: 'Frontends', pages: ['graphql', 'errors'] },
  {
    title: 'Operate',
    pages: [
      'settings',
      'deploy',
      'upgrade',
      'scaling',
      'monitoring',
      'backup',
      'recovery',
      'audit',
      'security',
    ],
  },
  { title: 'Keys', pages: ['keys', 'root-key'] },
]

/** Pages for those who work on Lockstep itself. Only the site has them. */
export const ofTheCode = ['architecture', 'contributing', 'dependencies', 'performance']
