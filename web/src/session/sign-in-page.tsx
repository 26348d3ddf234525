import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { Navigate, useLocation, useRouter } from '@tanstack/react-router'
import type { FormEvent } from 'react'
import { signIn } from '../api/accounts.ts'
import { Loading } from '../feedback/loading.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import { Entrance } from '../layout/entrance.tsx'
import { Link } from '../routing/link.tsx'
import { textOf } from './form-text.ts'
import { useSession } from './session.tsx'
import { useSignUpOffer } from './use-sign-up.ts'

export function SignInPage() {
  const { history } = useRouter()
  const from = useLocation({ select: ({ state }) => state.from })
  const offer = useSignUpOffer()
  if (offer === undefined) return <Loading />
  if (offer === 'first') return <Navigate to="/sign-up" replace />
  return (
    <Entrance title="Sign in to Lockstep">
      <SignInForm onDone={() => history.replace(from ?? '/')} />
      <Text size="sm" c="dimmed">
        {offer === 'open' ? (
          <>
            New here?{' '}
            <Link to="/sign-up" underline="always">
              Create an account
            </Link>
          </>
        ) : (
          'New here? Ask an admin of your workspace to invite you.'
        )}
      </Text>
    </Entrance>
  )
}

export function SignInForm({ onDone }: { onDone: () => void }) {
  const { restart } = useSession()
  const { busy, problem, send } = useSubmission()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    send(async () => {
      const found = await signIn({ email: textOf(form, 'email'), password: textOf(form, 'password') })
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
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        <FormProblem problem={problem} />
        <Button type="submit" loading={busy}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}
