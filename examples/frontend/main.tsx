import { StrictMode, useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import { Board } from './board.tsx'
import { connect, signIn } from './connect.ts'

function App() {
  const [state, setState] = useState<'starting' | 'signed in' | 'signed out'>('starting')
  const [isConnected, setConnected] = useState(true)
  const [problem, setProblem] = useState('')
  const client = useMemo(() => connect(setConnected), [])
  useEffect(() => {
    signIn
      .finish()
      .catch((error: Error) => setProblem(error.message))
      .then((isSignedIn) => setState(isSignedIn ? 'signed in' : 'signed out'))
  }, [])
  const signOut = async () => {
    await signIn.end()
    // What the person saw is gone with the page.
    window.location.reload()
  }
  if (state === 'starting') return null
  if (state === 'signed out')
    return (
      <main>
        <h1>Board</h1>
        {problem && <p role="alert">{problem}</p>}
        <button type="button" onClick={() => void signIn.start()}>
          Sign in with Lockstep
        </button>
      </main>
    )
  return (
    <Provider value={client}>
      <main>
        <h1>Board</h1>
        <button type="button" onClick={() => void signOut()}>
          Sign out
        </button>
        {!isConnected && <p role="alert">The connection is lost. Trying again…</p>}
        <Board />
      </main>
    </Provider>
  )
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
