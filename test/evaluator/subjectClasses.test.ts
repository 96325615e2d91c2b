import t from 'tap'
import type { ObjectId } from '../../src/evaluator/index.js'
import { SubjectClasses } from '../../src/evaluator/subjectClasses.js'

const object = (number: number): ObjectId => number as ObjectId
const [ann, bob, cat] = [1, 2, 3].map(object)

t.test('subjects that the same rows name are in one class', async t => {
  const classes = new SubjectClasses()
  for (const each of [ann, bob, cat]) classes.add(each, 1, 1)
  t.equal(classes.classOf(ann), classes.classOf(cat))
  for (const each of [ann, bob]) classes.add(each, 4, 2)
  t.equal(classes.classOf(ann), classes.classOf(bob))
  t.not(classes.classOf(ann), classes.classOf(cat), 'one more row names the others')
  t.strictSame(
    [ann, bob, cat].map(each => classes.flagsOf(each)),
    [5, 5, 1],
  )
  classes.add(cat, 4, 3)
  t.not(classes.classOf(ann), classes.classOf(cat), 'another row is not the same row')
  t.strictSame([...classes.objects].sort(), [ann, bob, cat])
})

t.test('a subject added alone stays alone, with all its flags', async t => {
  const classes = new SubjectClasses()
  classes.add(ann, 1, 1)
  classes.addAlone(ann, 4)
  classes.add(ann, 2, 2)
  t.equal(classes.classOf(ann), null)
  t.equal(classes.flagsOf(ann), 7)
  t.equal(classes.flagsOf(bob), 0, 'a subject that was not added has none')
})

t.test(
  'beyond the bound on classes subjects stand alone, the earlier ones keep theirs',
  async t => {
    const classes = new SubjectClasses()
    const many = Array.from({ length: 100_005 }, (_, number) => object(number))
    for (const [step, each] of many.entries()) classes.add(each, 1, step)
    const alone = many.filter(each => classes.classOf(each) === null)
    t.equal(alone.length, 5)
    t.equal(classes.flagsOf(alone[0]), 1)
    classes.add(ann, 4, 0)
    t.equal(classes.classOf(ann), null)
    t.equal(classes.flagsOf(ann), 5)
    t.type(classes.classOf(bob), 'number')
  },
)
