/**
 * The page behind a lock: taken out of the document as it is, so that nothing of people can be seen, found or printed;
 * what was typed, where somebody had scrolled to and the focus come back with it.
 */
export function drawn(): () => void {
  const over = document.getElementById('over')
  const focused = document.activeElement as HTMLElement | null
  const scrolled = [...document.querySelectorAll('#app *')].filter((one) => one.scrollTop || one.scrollLeft).map((one) => ({ one, top: one.scrollTop, left: one.scrollLeft }))
  const behind = document.createDocumentFragment()
  const page = [...document.body.children].filter((one) => one !== over && one.tagName !== 'SCRIPT')
  const title = document.title
  behind.append(...page)
  document.documentElement.classList.add('locked')
  return () => {
    document.documentElement.classList.remove('locked')
    document.body.prepend(...page)
    document.title = title
    for (const { one, top, left } of scrolled) one.scrollTo(left, top)
    focused?.focus()
  }
}
