/** Where the keyboard is, as seen from what is wanted; waits a moment for it to be somewhere. */
async wanted => {
    const asked = performance.now()
    const nowhere = () => document.activeElement === null || document.activeElement === document.body
    while (nowhere() && performance.now() - asked < 5000) await new Promise(requestAnimationFrame)
    if (nowhere()) return { on: 'nothing', seen: false }
    const at = document.activeElement
    const rings = one => one !== null && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) >= 2
    const ringed = () => at.tabIndex < 0 || [at, at.nextElementSibling, at.closest('label, .el-select__wrapper, .el-input__wrapper')].some(rings)
    for (let frame = 0; frame < 20 && !ringed(); frame += 1) await new Promise(requestAnimationFrame)
    const box = (at.closest('label, .el-select__wrapper, .el-input__wrapper') ?? at).getBoundingClientRect()
    const ahead = Node.DOCUMENT_POSITION_FOLLOWING | Node.DOCUMENT_POSITION_CONTAINED_BY
    return {
        on: at.outerHTML.slice(0, 160),
        seen: box.width > 2 && box.height > 2 && box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth,
        /* what Tab leads to has a ring; a place that only holds the keyboard needs none */
        ringed: ringed(),
        there: at === wanted || wanted.contains(at),
        after: (at.compareDocumentPosition(wanted) & ahead) !== 0,
        among: at.matches('[type=radio]') && wanted.matches('[type=radio]') && at.name === wanted.name,
        /* whether Enter is its own, or sends the form that it is in */
        own: at.closest('textarea, button, a, [role=combobox], [role=option], [role=menuitem], summary') !== null,
        typed: at.matches('textarea, input:not([type=radio], [type=checkbox])'),
    }
}
