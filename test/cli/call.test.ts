import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandLine } from './command-line.js';

test('a method is called by any clear spelling of its name, with JSON from stdin or a file', async () => {
  const { sallyport, fake, home } = await commandLine({
    auth: { validateSession: () => ({ username: 'alice', expireTime: new Date(0) }) },
  });
  writeFileSync(join(home, 'request.json'), '{"session_token": "sst_1", "passive": true}');
  const spellings = ['sallyport.auth.v1.AuthService/ValidateSession', 'AuthService.ValidateSession', 'ValidateSession'];
  for (const name of spellings) {
    const { exitCode, stdout } = await sallyport(`call ${name} -d @request.json`);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ username: 'alice', expireTime: '1970-01-01T00:00:00Z' });
  }
  await sallyport('call ValidateSession -d @', '{"sessionToken": "sst_2"}');
  expect(fake.calls.map(({ request }) => request['sessionToken'])).toEqual(['sst_1', 'sst_1', 'sst_1', 'sst_2']);
});

test('an unclear or unknown name is refused with what could be meant', async () => {
  const { sallyport } = await commandLine({});
  const unclear = await sallyport('call ListSessions');
  expect(unclear.exitCode).toBe(2);
  expect(unclear.stderr).toContain('sallyport.auth.v1.AuthService/ListSessions');
  expect((await sallyport('call SignIn')).exitCode).toBe(2);
});

test('without a method all are listed', async () => {
  const { sallyport } = await commandLine({});
  const { stdout } = await sallyport('call');
  expect(stdout).toContain('sallyport.auth.v1.AuthService/StartSignIn\n');
  expect(stdout).toContain('sallyport.admin.v1.AdminService/CreateUser\n');
});

test('a secret is taken neither from argv nor back into an error', async () => {
  const { sallyport, fake } = await commandLine({});
  expect((await sallyport('call StartSignIn -d {"password":"pa55"}')).exitCode).toBe(2);
  for (const bad of ['{"password": "pa55"', '{"password": ["pa55"]}', '{"password": 55555}', '["pa55"]']) {
    const { exitCode, stderr } = await sallyport('call StartSignIn -d @', bad);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('This is no StartSignInRequest');
    expect(stderr).not.toMatch(/pa55|55555/);
  }
  expect((await sallyport('call StartSignIn -d @', '{"pasword": "x"}')).stderr).toContain('key "pasword" is unknown');
  expect(fake.calls).toEqual([]);
});
