;; a loop over singles keeps them out of their boxes
;;
;;   loop: flw fa1, 0(a0)
;;   fadd.s fa0, fa0, fa1
;;   addi a0, a0, 4
;;   bne a0, a1, loop
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(i64.store $LAST_PAGES[0] (i64.const 4095))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 1024)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[10])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa0.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      loop $7
        (i32.lt_s (local.get $left) (i32.const 28))
        (local.set $code (i32.const 1))
        (br_if $3)
        (i32.eqz (local.get $ready))
        (local.set $code (i32.const 1))
        (br_if $3)
        (local.set $left (i32.sub (local.get $left) (i32.const 28)))
        (local.set $accessed (local.get $a0))
        (i64.ne (i64.and (local.get $accessed) (i64.const -4093)) (i64.load $LAST_PAGES[0]))
        if $8
          (i64.ne
            (i64.load
              (local.tee $slot
                (i32.add
                  (i32.and
                    (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                    (i32.const 8176))
                  (local.get $tlb))))
            (i64.or
              (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
              (local.get $dataContext)))
          (local.set $code (i32.const 57))
          (br_if $3)
          (i64.store $LAST_PAGES[0] (i64.and (local.get $accessed) (i64.const -4096)))
          (i32.store $LAST_PAGES[1] (i32.load offset=8 (local.get $slot)))
        end
        (local.set $fa1.single
          (f32.load (i32.add (i32.load $LAST_PAGES[1]) (i32.wrap_i64 (local.get $accessed)))))
        (local.set $single0 (f32.add (local.get $fa0.single) (local.get $fa1.single)))
        (i32.eqz (f32.le (f32.sub (local.get $single0) (local.get $single0)) (f32.const 0)))
        if $9
          (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 2048)))
          (local.set $code (i32.const 567))
          (br $3)
        end
        (local.set $fa0.single (local.get $single0))
        (local.set $a0 (i64.add (local.get $a0) (i64.const 4)))
        (i64.ne (local.get $a0) (local.get $a1))
        if $10
          (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 3072)))
          (local.set $left (i32.add (local.get $left) (i32.const 0)))
          (br $7)
        end
        (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 3072)))
        (local.set $code (i32.const 14337))
        (br $3)
      end
      (unreachable)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[10] (local.get $a0))
(i32.and (local.get $inLocals) (i32.const 2048))
if $11
  (f32.store $F[11] (local.get $fa1.single))
  (i32.store $F[11]+4 (i32.const -1))
end
(i32.and (local.get $inLocals) (i32.const 1024))
if $12
  (f32.store $F[10] (local.get $fa0.single))
  (i32.store $F[10]+4 (i32.const -1))
end
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))

;; The same where NX is clear.

(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(i64.store $LAST_PAGES[0] (i64.const 4095))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 1024)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[10])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa0.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      loop $7
        (i32.lt_s (local.get $left) (i32.const 28))
        (local.set $code (i32.const 1))
        (br_if $3)
        (i32.eqz (local.get $ready))
        (local.set $code (i32.const 1))
        (br_if $3)
        (local.set $left (i32.sub (local.get $left) (i32.const 28)))
        (local.set $accessed (local.get $a0))
        (i64.ne (i64.and (local.get $accessed) (i64.const -4093)) (i64.load $LAST_PAGES[0]))
        if $8
          (i64.ne
            (i64.load
              (local.tee $slot
                (i32.add
                  (i32.and
                    (i32.shr_u (i32.wrap_i64 (local.get $accessed)) (i32.const 8))
                    (i32.const 8176))
                  (local.get $tlb))))
            (i64.or
              (i64.and (i64.add (local.get $accessed) (i64.const 3)) (i64.const -4096))
              (local.get $dataContext)))
          (local.set $code (i32.const 57))
          (br_if $3)
          (i64.store $LAST_PAGES[0] (i64.and (local.get $accessed) (i64.const -4096)))
          (i32.store $LAST_PAGES[1] (i32.load offset=8 (local.get $slot)))
        end
        (local.set $fa1.single
          (f32.load (i32.add (i32.load $LAST_PAGES[1]) (i32.wrap_i64 (local.get $accessed)))))
        (local.set $single0 (f32.add (local.get $fa0.single) (local.get $fa1.single)))
        (i32.or
          (f32.ne (f32.sub (local.get $single0) (local.get $fa0.single)) (local.get $fa1.single))
          (f32.ne (f32.sub (local.get $single0) (local.get $fa1.single)) (local.get $fa0.single)))
        if $9
          (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 2048)))
          (local.set $code (i32.const 567))
          (br $3)
        end
        (local.set $fa0.single (local.get $single0))
        (local.set $a0 (i64.add (local.get $a0) (i64.const 4)))
        (i64.ne (local.get $a0) (local.get $a1))
        if $10
          (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 3072)))
          (local.set $left (i32.add (local.get $left) (i32.const 0)))
          (br $7)
        end
        (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 3072)))
        (local.set $code (i32.const 14337))
        (br $3)
      end
      (unreachable)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[10] (local.get $a0))
(i32.and (local.get $inLocals) (i32.const 2048))
if $11
  (f32.store $F[11] (local.get $fa1.single))
  (i32.store $F[11]+4 (i32.const -1))
end
(i32.and (local.get $inLocals) (i32.const 1024))
if $12
  (f32.store $F[10] (local.get $fa0.single))
  (i32.store $F[10]+4 (i32.const -1))
end
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
