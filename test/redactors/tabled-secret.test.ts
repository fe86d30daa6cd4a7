import { expect, it } from 'vitest'
import { createScan } from '../../src/redactors/scan.ts'
import { tabledSecret } from '../../src/redactors/secrets/tabled-secret.ts'

const scan = createScan([tabledSecret])
/** The text with every found part in «…». */
const marked = (text: string): string =>
  scan(text).reduceRight(
    (out, { start, end }) => `${out.slice(0, start)}«${out.slice(start, end)}»${out.slice(end)}`,
    text,
  )

it.each([
  'user,password\njoe,«hunter2»\nann,«Winter-2026»\n\njoe,hunter3',
  'id;PWD;mail\r\n1;"«Winter2026!»";a@example.com\r\n2;"«s3same»";b@example.com',
  'name\tapi_token\nshop\t«a8Kd92lfPq0ZxY7w»',
  '| user | Password |\n|---|:---:|\n| joe | «hunter2» |\n| ann | `«s3same»` |\nand so on',
  '**Password** | note\n--- | ---\n«hunter2» | old',
  "INSERT INTO users (name, password, age) VALUES ('joe', '«hunter2»', 42), ('o''hara', '«it''s me 2»', NULL);",
  "insert into `shop`.`users` (`password`) values ('«sesame»')",
])('secrets are found below their heading: %j', (text) => {
  expect(marked(text.replace(/[«»]/g, ''))).toBe(text)
})

it.each([
  'You need username, password, and email.\nThen, after2, click it2',
  '| Field | Type |\n|---|---|\n| password | string2 |',
  '| Token | Count |\n|---|---|\n| hello2 | 5 |',
  'user,password\njoe,secret\nann,required',
  'Password,Strength\n123456,weak\npassword1,weak',
  'user,password',
  'user,password\njoe hunter2',
  "INSERT INTO users (name, age) VALUES ('joe', 'hunter2')",
  'INSERT INTO users (name, password) VALUES (?, ?)',
  "INSERT INTO users (name, password) VALUES ('user1', 'password1')",
])('what stands elsewhere in a table, and words, stay: %j', (text) => {
  expect(marked(text)).toBe(text)
})
