import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { signUp } from '../api/accounts.ts'
import { Loading } from '../feedback/loading.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Entrance } from '../layout/entrance.tsx'
import { ButtonLink, Link } from '../routing/link.tsx'
import { textOf } from './form-text.ts'
import { useSession } from './session.tsx'
import { useSignUpOffer } from './use-sign-up.ts'

const WELCOME = 'Create the first account. Then a workspace, and your first secret: it takes a minute.'

export function SignUpPage() {
  const navigate = useNavigate()
  const offer = useSignUpOffer()
  if (offer === undefined) return <Loading />
  if (offer === 'invited' || offer === 'closed') return <NoSignUp />
  const first = offer === 'first'
  return (
    <Entrance
      title={first ? 'Welcome to Lockstep' : 'Create your account'}
      lead={first ? WELCOME : undefined}
    >
      <SignUpForm onDone={() => void navigate({ to: '/', replace: true })} />
      {!first && (
        <Text size="sm" c="dimmed">
          Have an account?{' '}
          <Link to="/sign-in" underline="always">
            Sign in
          </Link>
        </Text>
      )}
    </Entrance>
  )
}

function NoSignUp() {
  return (
    <Entrance
      title="Accounts are by invitation"
      lead="Ask an admin of your workspace to invite you, and open the link that you are given."
    >
      <ButtonLink to="/sign-in">Sign in</ButtonLink>
    </Entrance>
  )
}

/** @param invitation lets someone sign up who is invited, where sign-up is closed to others. */
export function SignUpForm({ invitation, onDone }: { invitation?: string; onDone: () => void }) {
  const { restart } = useSession()
  const { busy, problem, send } = useSubmission()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const person = {
      name: textOf(form, 'name'),
      email: textOf(form, 'email'),
      password: textOf(form, 'password'),
    }
    send(async () => {
      const found = await signUp(invitation === undefined ? person : { ...person, invitation })
      if (found) return found
      restart()
      onDone()
      return undefined
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          name="name"
          autoComplete="name"
          required
          withAsterisk={false}
          maxLength={200}
        />
        <TextInput
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          required
          withAsterisk={false}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={10}
          maxLength={128}
          description="At least 10 characters."
        />
        <FormProblem problem={problem} />
        <Button type="submit" loading={busy}>
          Create account
        </Button>
      </Stack>
    </form>
  )
}
