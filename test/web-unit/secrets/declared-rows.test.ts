import { expect, test } from 'vitest'
import { declaredRows } from '../../../web/src/secrets/declared-rows.ts'

type StepTypes = Parameters<typeof declaredRows>[0]

const field = (name: string, destinations: object | null, acceptsSecrets = true) => ({
  name,
  label: `The ${name}`,
  acceptsSecrets,
  destinations: destinations && { hosts: [], fields: [], computed: false, ...destinations },
})

test('each field that takes secrets is named as a policy names it, with the hosts that it goes to', () => {
  const types = [
    { type: 'plain', title: 'Plain', fields: [field('token', null)] },
    {
      type: 'sign-in',
      title: 'Sign in',
      fields: [
        field('url', { fields: ['url'] }, false),
        field('password', { hosts: ['https://auth.example.com'], fields: ['url'] }),
        field('key', { computed: true }),
        field('seed', {}),
      ],
    },
  ]
  expect(declaredRows(types as unknown as StepTypes)).toEqual([
    { field: 'sign-in.password', goesTo: 'goes to https://auth.example.com and the host in “The url”' },
    { field: 'sign-in.key', goesTo: 'goes to hosts that follow from the fields of the step' },
    { field: 'sign-in.seed', goesTo: 'goes nowhere' },
  ])
})
