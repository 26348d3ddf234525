import type { FormEvent } from 'react'
import { signUp } from '../api/accounts.ts'
import { Button } from '../parts/button.tsx'
import { FormProblem } from '../parts/notice.tsx'
import { TextField } from '../parts/text-field.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { Link } from '../routing/link.tsx'
import { navigate } from '../routing/location.ts'
import { signInPath } from '../routing/routes.ts'
import { Entrance } from './entrance.tsx'
import { textOf } from './form-text.ts'
import { useSession } from './session.tsx'

export function SignUpPage() {
  return (
    <Entrance title="Create your account">
      <SignUpForm onDone={() => navigate('/', { replace: true })} />
      <p className="aside">
        Have an account? <Link href={signInPath}>Sign in</Link>
      </p>
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
      <TextField label="Name" name="name" autoComplete="name" required maxLength={200} />
      <TextField label="Email" name="email" type="email" autoComplete="username" required />
      <TextField
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={10}
        maxLength={128}
        hint="At least 10 characters."
      />
      <FormProblem problem={problem} />
      <Button kind="primary" submit busy={busy}>
        Create account
      </Button>
    </form>
  )
}
