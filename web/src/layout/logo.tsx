/** The logo of Lockstep. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 24v-5.5h6v-6h6V7h6" />
      <circle cx="23" cy="22.5" r="2.5" />
    </svg>
  )
}
