// One job of a workflow; see template.pipe.
{
  name(i):: 'job-' + i,
  job(i):: {
    runs_on: 'ubuntu-24.04',
    needs: [$.name(i - back) for back in [2, 1] if i >= back],
    timeout_minutes: 15,
    strategy: { matrix: { version: ['3.11', '3.12'], os: ['linux', 'macos'] } },
    steps: [
      { name: 'checkout', run: 'git clone repository job-' + i },
      { name: 'setup', run: 'setup --job ' + i },
      { name: 'build', run: 'make build-' + i },
      { name: 'test', run: 'make test-' + i + ' REPORT=report-' + i + '.xml' },
      { name: 'upload', run: 'upload report-' + i + '.xml' },
    ],
  },
}
