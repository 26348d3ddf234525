import { Text } from '@mantine/core'
import { Navigate, useLocation, useRouter } from '@tanstack/react-router'
import { Loading } from '../feedback/loading.tsx'
import { Entrance } from '../layout/entrance.tsx'
import { Link } from '../routing/link.tsx'
import { SignInForm } from './sign-in-form.tsx'
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
