/** Stands above every button that saves a value. */
export function ValueWarning() {
  return (
    <p className="warning">
      Once saved, the value cannot be viewed again, by anyone. Keep a copy elsewhere if you need one.
    </p>
  )
}
