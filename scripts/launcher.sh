# For the launchers at the root, which source this: builds what is missing and runs a main class.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
}

# is_fresh MODULE: whether its jar is there, with what it runs on, and newer than all sources and build files.
is_fresh() {
    local jar=$root/$1/target/parley-$1.jar
    [[ -f $jar && -d $root/$1/target/lib ]] || return 1
    [[ -z $(find "$root" -path '*/target' -prune -o \( -path '*/src/main/*' -o -name pom.xml \) -type f -newer "$jar" \
        -print -quit) ]]
}

# build MODULE: compiles and packages it and what it needs, without tests.
build() {
    if ! command -v mvn >/dev/null; then
        say "Maven is needed to build what is missing: install it, 3.8 or newer, and have mvn on the PATH"
        exit 1
    fi
    say "building what is missing (a minute, the first time)..."
    local begun=$SECONDS
    # Not what it prints, but what it answers, goes to whoever reads our output.
    if ! (cd "$root" && mvn -B -q -Dstyle.color=never -DskipTests package -pl "$1" -am) >&2; then
        say "the build failed, see above"
        exit 1
    fi
    say "built in $((SECONDS - begun)) s"
}

# java_command: the java of JAVA_HOME, else that on the PATH.
java_command() {
    if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
        printf '%s\n' "$JAVA_HOME/bin/java"
    elif command -v java >/dev/null; then
        printf 'java\n'
    else
        say "Java is needed: install a JDK, 17 or newer, and have java on the PATH or JAVA_HOME set"
        exit 1
    fi
}

# launch MODULE MAIN [JVM OPTION...] -- [ARGUMENT...]: becomes that program; does not return.
launch() {
    local module=$1 main=$2 options=() java
    shift 2
    while [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    shift
    java=$(java_command)
    is_fresh "$module" || build "$module"
    exec "$java" "${options[@]}" -cp "$root/$module/target/parley-$module.jar:$root/$module/target/lib/*" "$main" "$@"
}
